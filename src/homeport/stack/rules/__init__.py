"""The rules of the data model and of what it needs: one rule, one file, listed in `table`."""

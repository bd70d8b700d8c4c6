"""The registry's rows: nothing else knows SQL."""

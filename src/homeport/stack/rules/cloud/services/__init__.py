"""One rule for each service of the data model: that it does its work, and leaves nothing behind."""

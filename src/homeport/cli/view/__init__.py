"""What commands show: a stack as lines or as a table, and figures in words."""

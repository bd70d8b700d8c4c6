"""Rows of what nobody needs, of what has rotted, and of the runs that look for it."""

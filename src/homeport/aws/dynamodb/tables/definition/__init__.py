"""Definitions of tables as requests give them: checked, and as values."""

"""Where content files lie, and what becomes of those that nothing names."""

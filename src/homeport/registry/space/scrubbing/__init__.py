"""Reading files again, and looking for those that nothing names."""

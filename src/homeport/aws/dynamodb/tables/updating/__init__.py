"""Changes of tables that exist."""

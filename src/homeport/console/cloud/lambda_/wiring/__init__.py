"""What calls a function, and whom it tells."""

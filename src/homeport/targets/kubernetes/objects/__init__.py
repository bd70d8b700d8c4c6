"""What is wanted, as plain objects. Nothing here reads a file, a clock or a cluster."""

"""What the model asks of parameters (required, length, range, enum, pattern), in the words of each operation."""

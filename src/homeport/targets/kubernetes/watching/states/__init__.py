"""Which state a component is in, and what is said of it."""

"""What is set for a function beside its versions."""

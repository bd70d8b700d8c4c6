"""What an API server demands of an object beyond its shape, and what it fills in."""

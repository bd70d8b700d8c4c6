"""Finding items: forms, expressions, requests."""

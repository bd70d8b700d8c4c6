"""Tables, their indexes, and what is set on them."""

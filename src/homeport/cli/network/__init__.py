"""Names and certificates: who is told of them."""

"""DNS records of the stack, and who keeps them."""

"""Who we are to a cluster: what is sent along, where it comes from, and what to do when it is refused."""

"""The local AWS: services on one edge port."""

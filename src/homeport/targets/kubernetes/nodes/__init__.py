"""What the nodes of a cluster need, to pull from the registry."""

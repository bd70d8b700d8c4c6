"""OCI distribution: the private container registry."""

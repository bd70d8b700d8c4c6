"""Pages of the local AWS."""

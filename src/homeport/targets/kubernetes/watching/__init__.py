"""What the cluster says of each component."""

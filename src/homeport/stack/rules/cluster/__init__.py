"""What the cluster must have, and be, before anything is applied."""

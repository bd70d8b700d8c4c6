"""Changes the cluster: applies, waits, keeps volumes, destroys."""

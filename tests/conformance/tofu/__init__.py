"""The real OpenTofu, built where Go is found, and real providers where a mirror of them is named."""

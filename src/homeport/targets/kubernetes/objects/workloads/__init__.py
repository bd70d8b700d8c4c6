"""What runs: the pods of each component, what they are told, and what they keep."""

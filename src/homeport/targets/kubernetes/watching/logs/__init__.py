"""What the pods of a stack wrote."""

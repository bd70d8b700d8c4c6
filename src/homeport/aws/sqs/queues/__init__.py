"""What a queue is and what is attached to it: attributes, permissions, tags."""

"""Items written, deleted, moved out and in."""

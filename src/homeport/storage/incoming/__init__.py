"""Bodies on their way in: pieces that are hashed and written side by side, before anything has a name."""

"""The key that signs messages, and its certificate."""

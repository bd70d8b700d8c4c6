"""Topics: their settings, tags and policies."""

"""The public API: discovery, reading, writing and watching."""

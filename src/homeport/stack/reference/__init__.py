"""The settings in words and as a JSON Schema, made from their docstrings and kinds."""

"""The steps of a collection, and what is told of it."""

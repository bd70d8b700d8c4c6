"""The rules of the registry: those of section 6 of the data model, and that images can be pushed and pulled."""

"""The rules of the local AWS: those of section 6 of the data model, and that each service does its work."""

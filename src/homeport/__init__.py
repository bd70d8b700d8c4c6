"""Homeport: a private container registry and a local AWS for the home network."""

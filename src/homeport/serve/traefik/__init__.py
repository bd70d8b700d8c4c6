"""Traefik as a child of the ingress: what it is told, how it is run, and what it says."""

"""Asks other registries: connections, credentials, and what went wrong."""

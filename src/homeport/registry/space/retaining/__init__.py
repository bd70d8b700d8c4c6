"""Retention rules put to tags, and what follows for manifests."""

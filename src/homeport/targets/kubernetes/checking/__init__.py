"""Fulfils what the rules ask of a cluster and of what runs in it."""

"""Deployments and their ReplicaSets."""

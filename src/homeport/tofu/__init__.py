"""OpenTofu."""

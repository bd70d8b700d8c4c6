"""Managed and inline policies, and to whom they are attached."""

"""Blobs on their way from another registry to this one and to those who ask for them."""

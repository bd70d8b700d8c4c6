"""Deployment packages: taken in, checked, kept, unpacked, handed out."""

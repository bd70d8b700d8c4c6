"""Certificates and names."""

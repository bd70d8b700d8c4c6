"""Requests to a Pi-hole, and what comes back."""

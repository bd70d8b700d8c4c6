"""Talks to an API server: who we are, requests, errors, watches."""

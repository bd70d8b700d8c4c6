"""Subscriptions: from the request of an endpoint to its end."""

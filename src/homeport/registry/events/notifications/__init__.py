"""Webhooks: those who are told of what happens, durably and in order."""

"""Durable storage: one writer per database, content files beside it."""

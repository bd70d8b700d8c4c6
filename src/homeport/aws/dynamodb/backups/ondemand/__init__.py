"""Backups that are asked for."""

"""Roles, users, groups, and what belongs to them."""

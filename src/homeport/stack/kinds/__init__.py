"""Kinds of setting values that are more than a word or a number."""

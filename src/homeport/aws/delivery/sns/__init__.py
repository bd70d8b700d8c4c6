"""Carries what is published on Amazon SNS to its subscribers."""

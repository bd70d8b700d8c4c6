"""Secrets and their versions in `secretsmanager.db`: the only SQL of the service."""

"""Backups, point-in-time recovery, and tables to and from S3."""

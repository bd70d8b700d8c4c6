"""The registry beside Debian's docker-registry and, where Go builds them, Distribution 3 and olareg."""

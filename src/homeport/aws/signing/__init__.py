"""Signature version 4 and the aws-chunked body coding."""

"""The rules of Amazon SNS, without disk, clock or chance."""

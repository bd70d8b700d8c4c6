"""The published schemas, resolved, and the checks that they ask for."""

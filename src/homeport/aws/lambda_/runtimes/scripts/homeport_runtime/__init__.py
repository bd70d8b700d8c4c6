"""Python's side of the Runtime API, inside of an environment: the standard library alone, few imports."""

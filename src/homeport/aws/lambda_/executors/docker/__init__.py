"""Functions as containers of a Docker-compatible engine."""

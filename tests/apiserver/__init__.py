"""A strict stand-in for the Kubernetes API server: real HTTPS, the real schemas, the real rules; no cluster behind it."""

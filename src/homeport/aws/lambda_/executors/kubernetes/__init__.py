"""Functions as pods of a Kubernetes cluster."""

"""The stack as objects on a Kubernetes cluster: rendered, planned, applied, watched, checked and destroyed."""

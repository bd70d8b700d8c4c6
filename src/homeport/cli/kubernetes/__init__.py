"""Commands about a Kubernetes cluster, one file each."""

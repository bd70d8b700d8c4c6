"""The scheduler, and the kubelet of the one node."""

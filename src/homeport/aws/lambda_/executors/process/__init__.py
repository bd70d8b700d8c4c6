"""Functions as processes of this machine, each environment in namespaces of its own where the kernel has them."""

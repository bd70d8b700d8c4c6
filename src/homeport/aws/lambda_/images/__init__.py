"""Container images of functions: found in the stack's own registry, pulled, and unpacked to a root file system."""

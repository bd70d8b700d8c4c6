"""What names, tags, digests and manifests may look like. No I/O."""

"""Room: which blobs and manifests are rubbish, which tags are kept, whether bytes are still what they were, and when to look."""

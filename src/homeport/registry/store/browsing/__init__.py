"""What people look at: rows of repositories with their sums, of tags, and of what manifests are."""

"""What is shown of repositories and images: what a manifest is, told from its content and its config, beside the requests."""

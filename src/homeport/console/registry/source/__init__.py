"""Where the pages of images get what they show: from the registry's own end points, or from the API that all registries have."""

"""End points for people who look around: repositories as a tree, their tags, what is in an image."""

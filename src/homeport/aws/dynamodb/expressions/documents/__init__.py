"""Document paths: what they find and change in an item, and where they meet."""

"""Files that are written whole or not at all, and those in which others have a part."""

"""The kinds of patch that change a document without knowing who owns what."""

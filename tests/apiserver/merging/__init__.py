"""Server-side apply as pure functions: what is owned by whom, and what comes of it."""

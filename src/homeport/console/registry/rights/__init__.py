"""Who may do what, and what is set, in words and as parts of a settings file."""

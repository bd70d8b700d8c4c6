"""Pages about the stack: its components, rules, certificates, names and end points."""

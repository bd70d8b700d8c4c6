"""Claims, volumes, and the provisioner of local-path."""

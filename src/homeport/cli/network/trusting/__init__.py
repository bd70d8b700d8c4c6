"""What `homeport trust` chooses, shows and says."""

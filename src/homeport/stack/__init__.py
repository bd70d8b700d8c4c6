"""What the user declares: the model, its loading and its rules."""

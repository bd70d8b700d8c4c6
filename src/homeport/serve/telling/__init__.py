"""What the web console is told of the stack, by target."""

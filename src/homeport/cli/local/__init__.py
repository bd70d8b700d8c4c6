"""The stack on this machine: starting and stopping it."""

"""The code of functions and layers."""

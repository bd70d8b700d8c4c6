"""AWS wire protocols, driven by the packaged service models."""

"""Values between the wire and Python, per format: each reader and writer is compiled from a shape once."""

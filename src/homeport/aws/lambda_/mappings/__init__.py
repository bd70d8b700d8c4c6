"""Event source mappings: which function is invoked with what of which queue or stream."""

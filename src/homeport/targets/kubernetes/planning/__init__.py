"""What would change, object by object, as the API server itself says."""

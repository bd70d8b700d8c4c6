"""PartiQL for DynamoDB."""

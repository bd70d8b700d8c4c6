"""All SQL of DynamoDB."""

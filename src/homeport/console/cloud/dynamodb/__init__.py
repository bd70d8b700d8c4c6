"""The pages of DynamoDB."""

"""DynamoDB Streams: what changed in a table, for a day, and the service `dynamodbstreams` that reads it."""

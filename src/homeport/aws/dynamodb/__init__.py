"""Amazon DynamoDB and its streams: tables, items, indexes, transactions, PartiQL, backups."""

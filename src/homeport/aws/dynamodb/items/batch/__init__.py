"""Several items at once, each on its own: BatchGetItem and BatchWriteItem."""

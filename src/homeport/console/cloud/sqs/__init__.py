"""Pages of Amazon SQS."""

"""Pages of Amazon SNS."""

"""The one place with SQL of Amazon SNS."""

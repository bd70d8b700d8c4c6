"""Tables written to S3."""

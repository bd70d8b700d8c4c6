"""Tables and items read from S3."""

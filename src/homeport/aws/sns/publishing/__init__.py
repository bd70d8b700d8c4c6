"""What is published, alone or in batches."""

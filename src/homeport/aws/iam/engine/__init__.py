"""What of IAM needs no database: kinds of things, names, policy documents, managed policies of AWS, pages, tags."""

"""What Amazon SQS keeps in its database; the only place with SQL of it."""

"""What IAM keeps in its database; the only place with SQL of it."""

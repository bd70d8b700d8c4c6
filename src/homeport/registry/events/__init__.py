"""What happened, told to those who listen: the audit log, webhooks, metrics."""

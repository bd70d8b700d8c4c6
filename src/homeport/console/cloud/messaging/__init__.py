"""What pages of queues and of topics have in common: bodies, attributes of messages, tags, policies."""

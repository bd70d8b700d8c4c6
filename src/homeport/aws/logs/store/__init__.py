"""Log groups, streams and events in `logs.db`: the only SQL of the service."""

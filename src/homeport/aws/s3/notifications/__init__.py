"""Event notifications of buckets: their configuration, and the events that are written with each change of an object."""

"""The rules of log groups, streams and events: no I/O, no clock."""

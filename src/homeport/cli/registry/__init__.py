"""`homeport registry`: looks after the registry, whether it runs or is stopped; one file per command."""

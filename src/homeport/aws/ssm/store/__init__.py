"""Parameters, their versions, labels and tags in `ssm.db`: the only SQL of the service."""

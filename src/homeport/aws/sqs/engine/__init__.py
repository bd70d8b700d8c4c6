"""The rules of Amazon SQS as pure functions: no I/O, no clock, no ids from nowhere."""

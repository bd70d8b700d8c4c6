"""The RPC protocols: the whole input and output of an operation as one body, and its name beside it."""

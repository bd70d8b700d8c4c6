"""The CA, installed where clients look for those that they trust: one file for each kind of store."""

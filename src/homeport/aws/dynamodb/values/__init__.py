"""Attribute values in the form of the wire, and what DynamoDB says of them."""

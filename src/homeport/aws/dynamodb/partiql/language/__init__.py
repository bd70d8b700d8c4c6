"""The language PartiQL, as far as DynamoDB speaks it: words, expressions, statements, and the trees made of them."""

"""Streams of DynamoDB as event sources.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

"""Queues as event sources.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

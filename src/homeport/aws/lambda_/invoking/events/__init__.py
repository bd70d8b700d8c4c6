"""Asynchronous invocations: accepted durably, run later, retried, reported.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
"""

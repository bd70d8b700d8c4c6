"""The Runtime API of one environment, over a loopback socket of its own.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

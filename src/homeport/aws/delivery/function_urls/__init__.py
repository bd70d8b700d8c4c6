"""Function URLs: HTTP requests that become invocations of functions.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""

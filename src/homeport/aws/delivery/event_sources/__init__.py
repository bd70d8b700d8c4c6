"""Event source mappings at work: messages of queues and records of streams become invocations of functions.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

"""Patterns that choose events: filter policies of SNS, event patterns, filter criteria. Pure.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

"""The filter patterns of CloudWatch Logs: terms, JSON and space-delimited fields.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

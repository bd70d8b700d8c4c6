"""Execution environments: started where needed, used again, ended.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

"""AWS's managed runtimes: which program of this machine runs each, and what speaks the Runtime API inside.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

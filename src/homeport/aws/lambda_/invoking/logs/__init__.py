"""What functions write, and what is written about them: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"""

"""Limits of CloudWatch Logs, each with its page.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
"""

from __future__ import annotations

# Events: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html

BATCH_BYTES = 1_048_576
EVENT_OVERHEAD_BYTES = 26
TOO_NEW_MS = 2 * 3_600_000
TOO_OLD_MS = 14 * 86_400_000
BATCH_SPAN_MS = 24 * 3_600_000

# Reading: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html

PAGE_EVENTS = 10_000
PAGE_BYTES = 1_048_576
DESCRIBED = 50
"""Log groups or streams of a page: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html"""
LATEST_FIRST_SINCE_MS = 1_704_067_200_000
"""1 January 2024: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html"""

# Groups

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""
TAGS = 50
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html"""
RESOURCE_POLICIES = 10
"""Of one account and region: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html"""

# Filter patterns: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html

REGEXES = 2
"""Regular expressions in one pattern."""

# Our own, so that no client and no function can make the process grow or wait

SEARCHED_EVENTS = 20_000
"""Events that one page of FilterLogEvents looks at; AWS too answers pages that are empty and have a token."""
SEARCHED_BYTES = 16 * 1_048_576
"""Bytes of them."""
SEARCHES = 2
"""Searches at the same time; more wait, so that all else goes on beside them."""
SEARCHED_GROUPS = 2_000
"""Log groups that one page of a search by name looks at."""
WRITER_BYTES = 16 * 1_048_576
"""What functions have written and is not on the disk yet; more lets the oldest go."""
WRITER_LINE_BYTES = 230
"""What a line of it takes in memory beside what counts of it."""
WRITER_REPORT_S = 1.0
"""How long it takes at most until the process's log says that lines were dropped, all of that time in one line."""
WRITER_DELAY_S = 0.1
"""How long what functions write waits for company, so that a commit holds the lines of many."""

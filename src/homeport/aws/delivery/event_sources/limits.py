"""Limits of event source mappings, each with its page."""

from __future__ import annotations

PAYLOAD = 6 * 1024 * 1024
"""Bytes of the event of one invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

FIRST_CONCURRENCY = 5
"""Batches of a queue that are processed side by side at first: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""

GROWTH_S = 0.2
"""One more batch at a time after this time, 300 in a minute, while messages are left (same page)."""

MOST_CONCURRENCY = 20
"""Our own, where `MaximumConcurrency` does not say otherwise. On AWS it is 1,250; here each is a process of this machine."""

RECORD_AGE_S = 24 * 60 * 60
"""How long a record is there at most: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"""

# Our own: how long nothing is tried after it went wrong. Each pause doubles the one before.

FIRST_PAUSE_S = 0.05
LAST_PAUSE_S = 5.0
"""Of a queue: its visibility timeout already says when a message comes again."""
LAST_MISS_PAUSE_S = 1.0
"""After others have taken the messages, or too many are in flight."""
RETRY_PAUSE_S = 0.1
LAST_RETRY_PAUSE_S = 15.0
"""Of a batch of a stream, of an invocation that was throttled, and of a source that is not there."""

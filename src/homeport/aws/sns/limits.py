"""Limits of Amazon SNS, each with its page.

https://docs.aws.amazon.com/general/latest/gr/sns.html
"""

from __future__ import annotations

TOPIC_NAME_CHARACTERS = 256
"""https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"""
DISPLAY_NAME_CHARACTERS = 100
"""https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html"""
TAGS = 50
TAG_KEY_CHARACTERS = 128
TAG_VALUE_CHARACTERS = 256
"""https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html"""
PAGE = 100
"""Of all lists: https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html"""
POLICY_BYTES = 30_720
"""https://docs.aws.amazon.com/general/latest/gr/sns.html"""

# Messages: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html

MESSAGE_BYTES = 262_144
"""Message and attributes together; of a batch, all its messages together."""
SUBJECT_CHARACTERS = 100
BATCH_ENTRIES = 10
ATTRIBUTE_NAME_CHARACTERS = 256
"""https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html"""
TOKEN_CHARACTERS = 128
"""Of a message group id and a deduplication id."""
DEDUPLICATION_MS = 300_000
"""https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html"""

# Subscriptions

FILTER_KEYS = 5
FILTER_COMBINATIONS = 150
FILTER_BYTES = 262_144
FILTERS_OF_A_TOPIC = 200
"""All: https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"""
FIFO_SUBSCRIPTIONS = 100
"""Of a FIFO topic: https://docs.aws.amazon.com/general/latest/gr/sns.html"""
PENDING_MS = 2 * 24 * 3_600 * 1_000
"""How long a token holds, and a subscription that nobody confirms is kept:
https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html"""

# HTTP: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html

DELAY_S = (1, 3_600)
RETRIES = (0, 100)
POLICY_S = 3_600
"""All tries to deliver a message together."""

# Mobile

USER_DATA_BYTES = 2_048
"""https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html"""
APPLICATION_NAME_CHARACTERS = 256
"""https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformApplication.html"""

# Our own, so that no client can make the process or the disk grow

KEPT_NOTES = 1_000
"""Text messages, mails and messages of applications that can be read again, the last of each kind."""
CACHED = 10_000
"""Topics, and lists of subscriptions, that are held in memory."""
QUEUES_AT_ONCE = 2_000
"""Messages that are put into queues in one go, some 10 ms: the loop stands still meanwhile."""
FIFO_AT_ONCE = 200
"""The same of a FIFO topic: each is looked for among the earlier ones of its queue."""
BYTES_AT_ONCE = 8 * 1024 * 1024
"""The same in bytes; queues of a standard topic share a text, those of a FIFO topic each have their own."""


def queues_at_once(size: int, *, is_fifo: bool) -> int:
    """How many queues a message of so many bytes is put into in one go."""
    if not is_fifo:
        return QUEUES_AT_ONCE
    return max(1, min(FIFO_AT_ONCE, BYTES_AT_ONCE // (size + 1_024)))

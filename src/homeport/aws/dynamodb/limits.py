"""Limits of Amazon DynamoDB, each with its page.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

ITEM_SIZE = 400 * KIB
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items-size"""

PARTITION_KEY_SIZE = 2048
SORT_KEY_SIZE = 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys"""

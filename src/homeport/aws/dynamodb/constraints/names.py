"""Names of tables and ARNs in their place: the model bounds both together, the service each by its own rules.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.NamingRules
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

SHAPE = "TableArn"
PATTERN = "[a-zA-Z0-9_.-]+"
SHORTEST = 3
LONGEST = 255
LONGEST_ARN = 1024
REMEMBERED = 4096
"""Names whose soundness is kept in mind."""

_ITEMS = frozenset(
    (
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    )
)
_is_name = re.compile(PATTERN).fullmatch


def least(operation: str) -> int:
    """Characters that the name of a table must have: 3, which is not looked at where items are read and written.

    https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/putItem.test.ts
    """
    return 1 if operation in _ITEMS else SHORTEST


def broken(text: str, shortest: int) -> list[str]:
    """The rules that a name breaks; none for an ARN. What is empty, or too long even for an ARN, breaks the model's rules."""
    if not text or len(text) > LONGEST_ARN or text.startswith("arn:"):
        return []
    rules = []
    if _is_name(text) is None:
        rules.append(f"Member must satisfy regular expression pattern: {PATTERN}")
    if len(text) < shortest:
        rules.append(f"Member must have length greater than or equal to {shortest}")
    if len(text) > LONGEST:
        rules.append(f"Member must have length less than or equal to {LONGEST}")
    return rules


KEY_RULE = (
    f"Map keys must satisfy constraint: [Member must have length less than or equal to {LONGEST}, "
    f"Member must have length greater than or equal to {SHORTEST}, "
    f"Member must satisfy regular expression pattern: {PATTERN}]"
)
"""What is asked of a name that is the key of a map:
https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/batchGetItem.test.ts"""


def sound(operation: str) -> Callable[[str], bool]:
    """Whether a name or an ARN keeps all rules of an operation."""
    shortest = least(operation)

    @lru_cache(REMEMBERED)
    def is_sound(text: str) -> bool:
        return 0 < len(text) <= LONGEST_ARN and not broken(text, shortest)

    return is_sound

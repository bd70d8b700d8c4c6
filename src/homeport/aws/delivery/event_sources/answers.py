"""What a function says of a batch: all done, or which records have failed.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting,
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any


def failures(payload: bytes, known: Collection[str]) -> frozenset[str] | None:
    """The identifiers that are said to have failed; None where the answer makes the whole batch a failure.

    `known` are those of the batch. An answer that is empty in any way says that all has succeeded.
    """
    if not payload.strip():
        return frozenset()
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not answer:
        return frozenset()
    if not isinstance(answer, dict):
        return None
    listed = answer.get("batchItemFailures")
    if listed is None:
        return frozenset()
    if not isinstance(listed, list):
        return None
    found = [_identifier(item) for item in listed]
    if any(each is None or each not in known for each in found):
        return None
    return frozenset(each for each in found if each is not None)


def _identifier(item: Any) -> str | None:
    found = item.get("itemIdentifier") if isinstance(item, dict) else None
    return found if isinstance(found, str) and found else None

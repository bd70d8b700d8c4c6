"""Rules of the batch operations.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
"""

from __future__ import annotations

import re
from typing import Any

from homeport.aws.protocol.call import AwsError
from homeport.aws.sqs import errors, limits

ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")


def check(entries: list[dict[str, Any]], kind: str) -> None:
    """Refuses a batch as a whole: none or too many entries, wrong or repeated ids."""
    if not entries:
        raise errors.EMPTY_BATCH(f"There should be at least one {kind} in the request.")
    if len(entries) > limits.BATCH_ENTRIES:
        raise errors.TOO_MANY_ENTRIES(
            f"Maximum number of entries per request are 10. You have sent {len(entries)}."
        )
    seen: set[str] = set()
    for entry in entries:
        if not ENTRY_ID.fullmatch(entry["Id"]):
            raise errors.INVALID_ENTRY_ID()
        if entry["Id"] in seen:
            raise errors.IDS_NOT_DISTINCT(f"Id {entry['Id']} repeated.")
        seen.add(entry["Id"])


def failed(entry: dict[str, Any], error: AwsError) -> dict[str, Any]:
    """An entry that was refused, as the answer of the batch lists it."""
    return {
        "Id": entry["Id"],
        "SenderFault": error.status < 500,
        "Code": error.code,
        "Message": error.message,
    }

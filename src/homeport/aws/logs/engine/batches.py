"""A batch of events that a client puts: what is refused, and what of it is kept.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from homeport.aws.logs import errors, limits


class Draft(NamedTuple):
    """An event that has no number yet."""

    timestamp: int
    message: str
    bytes: int
    """As they count: of the message in UTF-8, and what each event costs."""


class Sorted(NamedTuple):
    """What of a batch is kept, and which parts are not. Ends are exclusive, the start is inclusive."""

    kept: Sequence[Draft]
    too_new_start: int | None
    too_old_end: int | None
    expired_end: int | None


def draft(timestamp: int, message: str) -> Draft:
    """An event as it will be kept: halves of surrogate pairs, which no UTF-8 has, are replaced."""
    encoded = message.encode("utf-8", "replace")
    size = len(encoded) + limits.EVENT_OVERHEAD_BYTES
    return Draft(timestamp, message if message.isascii() else encoded.decode(), size)


def check(batch: Sequence[Draft]) -> None:
    """Raises where the batch as a whole is refused.

    The text of the size is quoted in https://github.com/cloudstax/firecamp/issues/82
    """
    size = sum(each.bytes for each in batch)
    if size > limits.BATCH_BYTES:
        raise errors.INVALID_PARAMETER(
            f"Upload too large: {size} bytes exceeds limit of {limits.BATCH_BYTES}"
        )
    if any(later.timestamp < earlier.timestamp for earlier, later in pairwise(batch)):
        raise errors.INVALID_PARAMETER(
            "Log events in a single PutLogEvents request must be in chronological order."
        )


def sort_out(batch: Sequence[Draft], now: int, retention_ms: int | None) -> Sorted:
    """Takes out of a batch what is too new, too old, or older than the group's retention.

    Raises where what stays is of more than a day: https://github.com/aws-greengrass/aws-greengrass-log-manager/issues/59
    """
    too_new = now + limits.TOO_NEW_MS
    oldest = now - limits.TOO_OLD_MS
    expired = oldest if retention_ms is None else now - retention_ms
    end = sum(each.timestamp <= too_new for each in batch)
    too_old_end = sum(each.timestamp < oldest for each in batch)
    expired_end = sum(each.timestamp < expired for each in batch)
    start = max(too_old_end, expired_end)
    kept = batch[start:end]
    if kept and kept[-1].timestamp - kept[0].timestamp > limits.BATCH_SPAN_MS:
        raise errors.INVALID_PARAMETER(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
        )
    return Sorted(
        kept,
        end if end < len(batch) else None,
        too_old_end or None,
        expired_end if expired_end > too_old_end else None,
    )

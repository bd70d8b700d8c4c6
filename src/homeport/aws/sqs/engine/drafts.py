"""A message as its sender gave it, checked and ready to be stored.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from homeport.aws.protocol.call import ErrorKind
from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.engine import contents
from homeport.aws.sqs.engine.queue import Queue

TOKEN = re.compile(r"[!-~]{1,128}")
"""Group and deduplication ids: letters, digits and punctuation of ASCII."""


@dataclass(slots=True)
class Draft:
    """A message to store, and what its sender is told of it."""

    message_id: str
    body: str
    md5: str
    size: int
    delay_ms: int
    sender: str
    group: str | None = None
    deduplication_id: str | None = None
    trace: str | None = None
    attributes: str | None = None
    attributes_md5: str | None = None
    system_md5: str | None = None


def draft(queue: Queue, entry: dict[str, Any], message_id: str, sender: str) -> Draft:
    """Checks a message (members of `SendMessage`, or an entry of its batch) against its queue."""
    body: str = entry["MessageBody"]
    if not body:
        raise errors.missing("MessageBody")
    contents.check_text(body)
    size = contents.size(body)
    made = Draft(message_id, body, contents.md5(body), size, _delay_ms(queue, entry), sender)
    if attributes := entry.get("MessageAttributes"):
        made.size += contents.check_attributes(attributes)
        made.attributes = contents.pack(attributes)
        made.attributes_md5 = contents.attributes_md5(attributes)
    if system := entry.get("MessageSystemAttributes"):
        made.trace = contents.trace_header(system)
        made.system_md5 = contents.attributes_md5(system)
    if made.size > queue.maximum_size:
        raise errors.INVALID_PARAMETER(
            "One or more parameters are invalid. "
            f"Reason: Message must be shorter than {queue.maximum_size} bytes."
        )
    _address(queue, entry, made)
    return made


def check_fifo(
    queue: Queue, entry: dict[str, Any], kind: ErrorKind = errors.MISSING_PARAMETER
) -> None:
    """Refuses what a FIFO queue cannot take; in a batch this refuses the whole batch, with another `kind` of error for the group.

    `test_send_batch_missing_message_group_id_for_fifo_queue` in
    https://github.com/localstack/localstack/blob/main/tests/aws/services/sqs/test_sqs.snapshot.json
    """
    if not entry.get("MessageGroupId"):
        raise kind("The request must contain the parameter MessageGroupId.")
    if not queue.is_content_based and not entry.get("MessageDeduplicationId"):
        raise errors.INVALID_PARAMETER(
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
        )


def _address(queue: Queue, entry: dict[str, Any], made: Draft) -> None:
    made.group = _token(entry, "MessageGroupId")
    made.deduplication_id = _token(entry, "MessageDeduplicationId")
    if queue.is_fifo:
        check_fifo(queue, entry)
        if made.deduplication_id is None:
            made.deduplication_id = hashlib.sha256(made.body.encode()).hexdigest()
    elif made.deduplication_id is not None:
        raise errors.not_for_this_queue(made.deduplication_id, "MessageDeduplicationId")


def _token(entry: dict[str, Any], name: str) -> str | None:
    value: str | None = entry.get(name)
    if not value:
        return None
    return token(value, name)


def token(value: str, name: str) -> str:
    """A group, deduplication or attempt id, checked."""
    if not TOKEN.fullmatch(value):
        raise errors.invalid_value(
            value,
            name,
            f"{name} can only include alphanumeric and punctuation characters. 1 to 128 in length.",
        )
    return value


def _delay_ms(queue: Queue, entry: dict[str, Any]) -> int:
    delay: int | None = entry.get("DelaySeconds")
    if delay is None:
        return queue.delay_ms
    if queue.is_fifo:
        # Zero is accepted where the queue has no delay of its own, as SDKs send it:
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
        if delay == 0:
            return queue.delay_ms
        raise errors.not_for_this_queue(delay, "DelaySeconds")
    low, high = limits.DELAY_S
    if not low <= delay <= high:
        raise errors.invalid_value(
            delay, "DelaySeconds", f"DelaySeconds must be >= {low} and <= {high}."
        )
    return delay * 1000


def sequence_number(row: int) -> str:
    """Twenty digits that grow with each message.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
    """
    return f"{10**19 + row}"

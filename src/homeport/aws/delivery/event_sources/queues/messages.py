"""Messages as a function gets them, and how they are put into batches.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from homeport.aws.delivery.event_sources import limits
from homeport.aws.protocol.call import Params

ATTRIBUTES = (
    "ApproximateReceiveCount",
    "AWSTraceHeader",
    "SentTimestamp",
    "SequenceNumber",
    "MessageGroupId",
    "SenderId",
    "MessageDeduplicationId",
    "ApproximateFirstReceiveTimestamp",
    "DeadLetterQueueSourceArn",
)
"""In the order of AWS's examples."""
_HEAD, _BETWEEN, _TAIL = b'{"Records":[', b",", b"]}"


class Record(NamedTuple):
    """A message of a batch."""

    id: str
    handle: str
    json: bytes


def event(message: Params, source_arn: str, region: str) -> dict[str, Any]:
    """A message, as boto3 would receive it, in the form of an event's record."""
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {
            name: message["Attributes"][name]
            for name in ATTRIBUTES
            if name in message["Attributes"]
        },
        "messageAttributes": {
            name: _attribute(value)
            for name, value in (message.get("MessageAttributes") or {}).items()
        },
    }
    if "MD5OfMessageAttributes" in message:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record | {
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": source_arn,
        "awsRegion": region,
    }


def _attribute(value: Params) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "StringValue" in value:
        found["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        found["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return found | {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }


def record(found: dict[str, Any]) -> Record:
    """A record that is written down."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    # A half of a surrogate pair cannot be sent as UTF-8; SQS takes none.
    return Record(found["messageId"], found["receiptHandle"], text.encode())


def payload(batch: Iterable[Record]) -> bytes:
    """The event of an invocation."""
    return _HEAD + _BETWEEN.join(each.json for each in batch) + _TAIL


def batches(
    records: Iterable[Record], count: int, size: int = limits.PAYLOAD
) -> Iterator[list[Record]]:
    """The records in their order, in batches that hold no more than `count` of them and have no more bytes than `size`."""
    batch: list[Record] = []
    left = size - len(_HEAD) - len(_TAIL)
    for each in records:
        if batch and (len(batch) == count or len(each.json) > left):
            yield batch
            batch, left = [], size - len(_HEAD) - len(_TAIL)
        batch.append(each)
        left -= len(each.json) + len(_BETWEEN)
    if batch:
        yield batch

"""Records of streams as a function gets them.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from homeport.aws.dynamodb.store.records import Record as Stored
from homeport.aws.dynamodb.store.streams import Described
from homeport.aws.dynamodb.streams import numbers, wire

_HEAD, _BETWEEN, _TAIL = b'{"Records":[', b",", b"]}"
_EXPIRED = b',"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}'
"""In an event the names begin with small letters:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html"""
FRAME = len(_HEAD) + len(_TAIL)


class Record(NamedTuple):
    """A record of a batch."""

    seq: int
    created_ms: int
    json: bytes

    @property
    def id(self) -> str:
        """Its sequence number, by which a function reports it."""
        return numbers.wire(self.seq)


def record(stream: Described, stored: Stored) -> Record:
    """A record as it stands in an event."""
    text = wire.record(stream, stored._replace(is_by_service=False))
    # A number of Java's type double in an event: test_dynamodb_event_filter in
    # https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_dynamodbstreams.py
    created = b'"ApproximateCreationDateTime":%d' % (stored.created_ms // 1000)
    pieces = [text[:-1].replace(created, created + b".0", 1)]
    if stored.is_by_service:
        pieces.append(_EXPIRED)
    pieces.append(f',"eventSourceARN":"{stream.arn}"}}'.encode())
    return Record(stored.seq, stored.created_ms, b"".join(pieces))


def event(found: Record) -> dict[str, Any]:
    """A record that is looked into."""
    read: dict[str, Any] = json.loads(found.json)
    return read


def lane(stored: Stored, lanes: int) -> int:
    """Which of so many lanes a record belongs to: all records of an item to the same.

    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html (ParallelizationFactor)
    """
    if lanes == 1:
        return 0
    keys = json.dumps(json.loads(stored.images)["Keys"], sort_keys=True)
    return zlib.crc32(keys.encode()) % lanes


def payload(batch: Iterable[Record]) -> bytes:
    """The event of an invocation."""
    return _HEAD + _BETWEEN.join(each.json for each in batch) + _TAIL

"""Reading streams in process: what the service's operations and other parts of Homeport (event sources) share.

A reader finds the stream's shards with `shards`, where to begin in one with `start`, then calls `read` with the position that the
last `read` answered until that is None: the shard is closed and read to its end, its child goes on. `streams.wire.record` makes
a record's JSON. All of it is bounded and answers at once.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import records, streams
from homeport.aws.dynamodb.store.records import Record
from homeport.aws.dynamodb.store.streams import Described, Shard
from homeport.aws.dynamodb.streams import errors, limits, numbers

_ARN = re.compile(r"arn:[^:]+:dynamodb:([^:]+):(\d{12}):table/([^/]+)/stream/(.+)")

TRIM_HORIZON = "TRIM_HORIZON"
LATEST = "LATEST"
AT_SEQUENCE_NUMBER = "AT_SEQUENCE_NUMBER"
AFTER_SEQUENCE_NUMBER = "AFTER_SEQUENCE_NUMBER"
AT_TIMESTAMP = "AT_TIMESTAMP"


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin, as GetShardIterator says it."""

    kind: str
    sequence_number: str | None = None
    timestamp: float | None = None
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Page:
    """Records in the order in which their changes happened."""

    stream: Described
    records: list[Record]
    next: int | None
    """Where to read on; None where the shard is closed and holds nothing more."""


def parse_arn(arn: str) -> tuple[str, str, str, str] | None:
    """Account, region, table's name and label; None for what is no ARN of a stream."""
    found = _ARN.fullmatch(arn)
    return None if found is None else (found[2], found[1], found[3], found[4])


def find(dynamodb: DynamoDb, connection: sqlite3.Connection, arn: str) -> Described:
    """The stream of an ARN.

    Raises ValidationException for what is no ARN of a stream, ResourceNotFoundException for one that is not there, or no more:
    https://github.com/scylladb/scylladb/blob/master/test/alternator/test_streams.py (test_describe_nonexistent_stream)
    """
    parsed = parse_arn(arn)
    if parsed is None:
        raise errors.invalid(errors.INVALID_ARN)
    stream = streams.find(connection, *parsed)
    if stream is None or _is_over(stream.closed_ms, dynamodb):
        raise errors.stream_not_found(arn)
    return stream


def shards(dynamodb: DynamoDb, arn: str, after: int = 0, limit: int = limits.SHARDS) -> list[Shard]:
    """The stream's shards, parents before children, that follow the one of this id."""
    with dynamodb.db.snapshot() as connection:
        stream = find(dynamodb, connection, arn)
        return streams.shards(connection, stream.id, after, horizon_ms(dynamodb), limit)


def start(dynamodb: DynamoDb, arn: str, shard: str, begin: Start) -> int:
    """The position in a shard at which to begin.

    Raises ResourceNotFoundException, TrimmedDataAccessException and ValidationException.
    """
    _check_start(dynamodb, begin)
    with dynamodb.db.snapshot() as connection:
        stream = find(dynamodb, connection, arn)
        found = _shard(dynamodb, connection, stream, shard)
        end = _end(connection, found)
        if begin.kind == LATEST:
            return end
        if begin.kind in (AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER):
            seq = _numbered(dynamodb, connection, stream, found, begin.sequence_number or "")
            return seq + (begin.kind == AFTER_SEQUENCE_NUMBER)
        oldest_ms = horizon_ms(dynamodb)
        if begin.timestamp is not None:
            oldest_ms = max(oldest_ms, int(begin.timestamp * 1000))
        first = max(found.first, stream.trimmed + 1)
        return records.since(connection, stream.id, first, end, oldest_ms)


def read(
    dynamodb: DynamoDb,
    arn: str,
    shard: str,
    position: int,
    limit: int = limits.RECORDS,
    size: int = limits.RECORDS_SIZE,
) -> Page:
    """Records of a shard from a position on: `limit` at most, and `size` bytes but for the first.

    Raises ResourceNotFoundException, and TrimmedDataAccessException where records that were to be read are gone.
    """
    with dynamodb.db.snapshot() as connection:
        stream = find(dynamodb, connection, arn)
        found = _shard(dynamodb, connection, stream, shard)
        begin, end = max(position, found.first), _end(connection, found)
        page, is_all = records.read(connection, stream.id, begin, end, limit, size)
    is_late = page and page[0].created_ms < horizon_ms(dynamodb)
    if is_late or begin <= stream.trimmed:
        raise errors.TRIMMED()
    if not is_all:
        return Page(stream, page, page[-1].seq + 1)
    return Page(stream, page, None if found.last is not None else max(begin, end))


def horizon_ms(dynamodb: DynamoDb) -> int:
    """Records from before then are gone, whether they were swept yet or not."""
    return dynamodb.now_ms() - limits.DAY_MS


def _is_over(closed_ms: int | None, dynamodb: DynamoDb) -> bool:
    return closed_ms is not None and closed_ms < horizon_ms(dynamodb)


def _shard(
    dynamodb: DynamoDb, connection: sqlite3.Connection, stream: Described, name: str
) -> Shard:
    found = streams.shard(connection, stream.id, name)
    if found is None or _is_over(found.closed_ms, dynamodb):
        raise errors.SHARD_NOT_FOUND()
    return found


def _end(connection: sqlite3.Connection, shard: Shard) -> int:
    """The number before which all records of a shard are, as of now."""
    return streams.last_number(connection) + 1 if shard.last is None else shard.last


def _check_start(dynamodb: DynamoDb, begin: Start) -> None:
    has_number = begin.kind in (AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER)
    if has_number and begin.sequence_number is None:
        raise errors.invalid(errors.NO_SEQUENCE_NUMBER)
    if not has_number and begin.sequence_number is not None:
        raise errors.invalid(errors.UNWANTED_SEQUENCE_NUMBER)
    if begin.kind != AT_TIMESTAMP:
        if begin.timestamp is not None:
            raise errors.invalid(errors.UNWANTED_TIMESTAMP)
    elif begin.timestamp is None:
        raise errors.invalid(errors.NO_TIMESTAMP)
    elif begin.timestamp * 1000 > dynamodb.now_ms():
        raise errors.invalid(errors.FUTURE_TIMESTAMP)


def _numbered(
    dynamodb: DynamoDb,
    connection: sqlite3.Connection,
    stream: Described,
    shard: Shard,
    number: str,
) -> int:
    """A number of the shard's range that is not trimmed, as the store has it."""
    seq = numbers.stored(number)
    last = streams.last_number(connection) if shard.last is None else shard.last
    if seq is None or not shard.first <= seq <= last:
        raise errors.invalid(errors.WRONG_SEQUENCE_NUMBER)
    if seq <= stream.trimmed:
        raise errors.TRIMMED()
    page, _ = records.read(connection, stream.id, seq, last + 1, 1, 0)
    if page and page[0].seq == seq and page[0].created_ms < horizon_ms(dynamodb):
        raise errors.TRIMMED()
    return seq

"""Records of streams, written in the commit of the change that they tell of, read in order, trimmed by age."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from homeport.aws.dynamodb.tables.model import Stream

Connection = sqlite3.Connection

_APPEND = (
    "INSERT INTO stream_records (stream, created_ms, event, is_by_service, size, images)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_READ = (
    "SELECT seq, created_ms, event, is_by_service, size, images FROM stream_records"
    " WHERE stream = ? AND seq >= ? AND seq < ? ORDER BY seq LIMIT ?"
)
_FIRST = (
    "SELECT seq, created_ms FROM stream_records"
    " WHERE stream = ? AND seq >= ? AND seq < ? ORDER BY seq LIMIT 1"
)
_OLDEST = "SELECT seq, stream, created_ms, size FROM stream_records ORDER BY seq LIMIT ?"


class Record(NamedTuple):
    """One change of one item."""

    seq: int
    created_ms: int
    event: str
    """`INSERT`, `MODIFY` or `REMOVE`."""
    is_by_service: bool
    """Whether it was an expiry that deleted the item."""
    size: int
    """Bytes of the key and the images, as AWS counts them."""
    images: bytes
    """One JSON object of Keys, NewImage and OldImage."""


def append(
    connection: Connection,
    stream: Stream,
    now_ms: int,
    event: str,
    images: bytes,
    size: int,
    *,
    is_by_service: bool,
) -> None:
    """Adds a record. `event` is INSERT, MODIFY or REMOVE, `images` one JSON object of Keys, NewImage and OldImage."""
    connection.execute(_APPEND, (stream.id, now_ms, event, is_by_service, size, images))


def read(
    connection: Connection, stream: int, start: int, end: int, limit: int, size: int
) -> tuple[list[Record], bool]:
    """Records from `start` on and before `end`: `limit` at most, and `size` bytes but for the first.

    Answers also whether that is all there is.
    """
    found: list[Record] = []
    cursor = connection.execute(_READ, (stream, start, end, limit + 1))
    for row in cursor:
        record = Record(*row)
        size -= record.size
        if found and (size < 0 or len(found) == limit):
            # A statement that is not read to its end would hold the snapshot open.
            cursor.close()
            return found, False
        found.append(record)
    return found, True


def since(connection: Connection, stream: int, start: int, end: int, created_ms: int) -> int:
    """The number from which on records between `start` and `end` are of that time or later.

    Their time grows with their number, so halving finds it without reading them.
    """
    while start < end:
        middle = (start + end) // 2
        row = connection.execute(_FIRST, (stream, middle, end)).fetchone()
        if row is None or row[1] >= created_ms:
            end = middle
        else:
            start = row[0] + 1
    return start


def trim(connection: Connection, created_before_ms: int, limit: int, size: int) -> bool:
    """Forgets the oldest records of all streams that were created before then: `limit` at most, and none once there are `size` bytes.

    Answers whether there may be more.
    """
    last: dict[int, int] = {}
    is_more = False
    for seq, stream, created_ms, record_size in connection.execute(_OLDEST, (limit,)).fetchall():
        is_more = created_ms < created_before_ms
        if not is_more or size <= 0:
            break
        last[stream] = seq
        size -= record_size
    if last:
        connection.execute("DELETE FROM stream_records WHERE seq <= ?", (max(last.values()),))
        trimmed = [(seq, stream) for stream, seq in last.items()]
        connection.executemany("UPDATE streams SET trimmed = ? WHERE id = ?", trimmed)
    return is_more

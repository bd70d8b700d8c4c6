"""Records of streams, written in the commit of the change that they tell of."""

from __future__ import annotations

import sqlite3

from homeport.aws.dynamodb.tables.model import Stream

_APPEND = (
    "INSERT INTO stream_records (stream, created_ms, event, is_by_service, size, images)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)


def append(
    connection: sqlite3.Connection,
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

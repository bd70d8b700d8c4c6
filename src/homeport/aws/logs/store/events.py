"""Log events in the database, clustered by stream and time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from homeport.aws.logs.engine.batches import Draft
from homeport.aws.logs.engine.tokens import Place

Connection = sqlite3.Connection


class Event(NamedTuple):
    """An event of a stream."""

    timestamp: int
    id: int
    ingested_at: int
    bytes: int
    message: str

    @property
    def place(self) -> Place:
        """The place right before it."""
        return Place(self.timestamp, self.id)


def append(
    connection: Connection, group: int, stream: int, drafts: Sequence[Draft], now: int
) -> None:
    """Adds events to a stream, in their order among those of the same time."""
    size = sum(draft.bytes for draft in drafts)
    ((following,),) = connection.execute(
        "UPDATE totals SET bytes = bytes + ?, next_event = next_event + ? RETURNING next_event",
        (size, len(drafts)),
    ).fetchall()
    first = following - len(drafts)
    connection.executemany(
        "INSERT INTO event (stream, timestamp, id, ingested_at, bytes, message) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (stream, draft.timestamp, number, now, draft.bytes, draft.message)
            for number, draft in enumerate(drafts, first)
        ),
    )
    times = [draft.timestamp for draft in drafts]
    connection.execute(
        "UPDATE log_stream SET last_ingestion = ?, last_event = max(last_event, ?), bytes = bytes + ?,"
        " first_event = iif(last_ingestion = 0, ?, min(first_event, ?)) WHERE id = ?",
        (now, max(times), size, min(times), min(times), stream),
    )
    connection.execute("UPDATE log_group SET bytes = bytes + ? WHERE id = ?", (size, group))


def forward(connection: Connection, stream: int, start: Place, end: Place) -> Iterator[Event]:
    """Events from one place to another, oldest first."""
    rows = connection.execute(
        "SELECT timestamp, id, ingested_at, bytes, message FROM event"
        " WHERE stream = ? AND (timestamp, id) >= (?, ?) AND (timestamp, id) < (?, ?) ORDER BY timestamp, id",
        (stream, *start, *end),
    )
    return map(Event._make, rows)


def backward(connection: Connection, stream: int, start: Place, end: Place) -> Iterator[Event]:
    """Events from one place to another, newest first."""
    rows = connection.execute(
        "SELECT timestamp, id, ingested_at, bytes, message FROM event"
        " WHERE stream = ? AND (timestamp, id) >= (?, ?) AND (timestamp, id) < (?, ?)"
        " ORDER BY timestamp DESC, id DESC",
        (stream, *start, *end),
    )
    return map(Event._make, rows)


def total(connection: Connection) -> int:
    """Bytes of all that there is, as they count towards the quota."""
    ((size,),) = connection.execute("SELECT bytes FROM totals").fetchall()
    return int(size)

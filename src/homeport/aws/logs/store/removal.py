"""What is no longer needed: events of deleted groups and streams, and those at the end of their retention."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from homeport.aws.logs.store.groups import DAY_MS

Connection = sqlite3.Connection
EVENTS = 1_000
BYTES = 1_048_576
"""What one write removes at most, some 12 ms: the loop stands still meanwhile."""
STREAMS = 100
_FOR_EVER = 2**63 - 1


class _Doomed(NamedTuple):
    """A stream of which events go: those before a time, or all of them and the stream too."""

    stream: int
    before: int | None


def remove_some(connection: Connection, now: int) -> bool:
    """Removes some of what is no longer needed; False where there is nothing left of it."""
    found = _deleted(connection) or _expired(connection, now)
    events, size = EVENTS, BYTES
    for stream, before in found:
        removed, removed_bytes, is_done = _remove(connection, stream, before, events, size)
        if is_done:
            _forget(connection, stream, before)
        events -= removed
        size -= removed_bytes
        if events <= 0 or size <= 0:
            break
    return bool(found) or _forget_groups(connection)


def _deleted(connection: Connection) -> list[_Doomed]:
    """Streams that were deleted, and streams of deleted groups."""
    rows = connection.execute(
        "SELECT id FROM log_stream WHERE log_group IS NULL LIMIT ?", (STREAMS,)
    ).fetchall()
    rows = (
        rows
        or connection.execute(
            "SELECT stream.id FROM gone_group CROSS JOIN log_stream AS stream ON stream.log_group = gone_group.id LIMIT ?",
            (STREAMS,),
        ).fetchall()
    )
    return [_Doomed(stream, None) for (stream,) in rows]


def _expired(connection: Connection, now: int) -> list[_Doomed]:
    """Streams that may have events at the end of their group's retention."""
    rows = connection.execute(
        "SELECT stream.id, ? - retention_days * ? FROM log_group CROSS JOIN log_stream AS stream"
        " ON stream.log_group = log_group.id AND last_ingestion > 0 AND first_event < ? - retention_days * ?"
        " WHERE retention_days > 0 LIMIT ?",
        (now, DAY_MS, now, DAY_MS, STREAMS),
    )
    return [_Doomed._make(row) for row in rows.fetchall()]


def _remove(
    connection: Connection, stream: int, before: int | None, most: int, most_bytes: int
) -> tuple[int, int, bool]:
    """Removes the oldest events of a stream, one at least: how many, their bytes, and whether none is left."""
    rows = connection.execute(
        "SELECT timestamp, id, bytes FROM event WHERE stream = ? AND timestamp < ? ORDER BY timestamp, id",
        (stream, _FOR_EVER if before is None else before),
    )
    count = size = 0
    last: tuple[int, int] | None = None
    is_done = True
    # Row by row, as SQLite reads the whole text of an event to tell that its time is within the range.
    for timestamp, number, event_bytes in rows:
        if count == most or (count and size + event_bytes > most_bytes):
            is_done = False
            break
        count, size, last = count + 1, size + event_bytes, (timestamp, number)
    rows.close()
    if last is not None:
        _count_off(connection, stream, size)
        connection.execute(
            "DELETE FROM event WHERE stream = ? AND (timestamp, id) <= (?, ?)", (stream, *last)
        )
    return count, size, is_done


def _count_off(connection: Connection, stream: int, size: int) -> None:
    connection.execute("UPDATE totals SET bytes = bytes - ?", (size,))
    connection.execute("UPDATE log_stream SET bytes = bytes - ? WHERE id = ?", (size, stream))
    connection.execute(
        "UPDATE log_group SET bytes = bytes - ? WHERE id = (SELECT log_group FROM log_stream WHERE id = ?)",
        (size, stream),
    )


def _forget(connection: Connection, stream: int, before: int | None) -> None:
    """Forgets a stream without events, or notes that those that are left are no older."""
    if before is None:
        connection.execute("DELETE FROM log_stream WHERE id = ?", (stream,))
        return
    connection.execute(
        "UPDATE log_stream SET first_event = coalesce("
        "(SELECT min(timestamp) FROM event WHERE stream = log_stream.id), max(last_event, ?)) WHERE id = ?",
        (before, stream),
    )


def _forget_groups(connection: Connection) -> bool:
    """Forgets deleted groups, none of which has a stream any more."""
    return connection.execute("DELETE FROM gone_group").rowcount > 0

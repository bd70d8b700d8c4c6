"""Log streams in the database."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from homeport.aws.logs.store.groups import Query

Connection = sqlite3.Connection
_COLUMNS = "id, name, created_at, first_event, last_event, last_ingestion"


class Stream(NamedTuple):
    """A log stream. Times are milliseconds since the epoch."""

    id: int
    name: str
    created_at: int
    first_event: int
    """A time that no event is before."""
    last_event: int
    last_ingestion: int
    """0 where there was no event yet."""


def find(query: Query, group: int, name: str) -> Stream | None:
    """The stream of this name in a log group."""
    rows = query(
        f"SELECT {_COLUMNS} FROM log_stream WHERE log_group = ? AND name = ?",  # noqa: S608
        (group, name),
    )
    return Stream._make(rows[0]) if rows else None


def insert(connection: Connection, group: int, name: str, now: int) -> bool:
    """Keeps a new stream; False where the name is taken."""
    return (
        connection.execute(
            "INSERT INTO log_stream (log_group, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (group, name, now),
        ).rowcount
        > 0
    )


def delete(connection: Connection, number: int) -> None:
    """Takes a stream out of its group and leaves its events to the sweep."""
    connection.execute(
        "UPDATE log_group SET bytes = log_group.bytes - stream.bytes FROM log_stream AS stream"
        " WHERE stream.id = ? AND log_group.id = stream.log_group",
        (number,),
    )
    connection.execute("UPDATE log_stream SET log_group = NULL WHERE id = ?", (number,))


class After(NamedTuple):
    """The last stream of the page before."""

    last_event: int
    name: str


def by_name(
    query: Query, group: int, prefix: str, after: str | None, limit: int, *, is_descending: bool
) -> list[Stream]:
    """Streams with a prefix, in order of their names, behind `after`."""
    low, high = prefix, prefix + "\U0010ffff"
    if is_descending:
        where, order = "name >= ? AND name < ?", "name DESC"
        values = (low, high if after is None else after)
    else:
        where, order = "name > ? AND name < ?" if after else "name >= ? AND name < ?", "name"
        values = (after or low, high)
    rows = query(
        f"SELECT {_COLUMNS} FROM log_stream WHERE log_group = ? AND {where} ORDER BY {order} LIMIT ?",  # noqa: S608
        (group, *values, limit),
    )
    return [Stream._make(row) for row in rows]


def by_last_event(
    query: Query, group: int, after: After | None, limit: int, *, is_descending: bool
) -> list[Stream]:
    """Streams in order of their last event, behind `after`; one without events stands before all others."""
    values: tuple[Any, ...] = (group, limit)
    where = ""
    if after is not None:
        where = f"AND (last_event, name) {'<' if is_descending else '>'} (?, ?)"
        values = (group, *after, limit)
    order = "last_event DESC, name DESC" if is_descending else "last_event, name"
    rows = query(
        f"SELECT {_COLUMNS} FROM log_stream WHERE log_group = ? {where} ORDER BY {order} LIMIT ?",  # noqa: S608
        values,
    )
    return [Stream._make(row) for row in rows]

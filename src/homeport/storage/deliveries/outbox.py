"""What is still to be delivered: rows that are written in the commit of their cause and removed once they are delivered.

A service has the table in its own database, so that a cause is never there without its deliveries. `homeport.aws.delivery`
carries them. A lane is what one consumer gets: lanes go on beside each other, the entries of one lane in the order of their due
times, and of their writing where these are alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from homeport.storage.db import Database

SCHEMA = """
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    lane TEXT NOT NULL,
    due_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_by_lane ON outbox (lane, due_ms);
"""
"""A part of a service's migration."""

ORDERED = 0
"""The due time of entries that must not overtake each other, whatever the clock does."""

_INSERT = "INSERT INTO outbox (lane, due_ms, created_ms, attempts, body) VALUES (?, ?, ?, 0, ?)"


class Entry(NamedTuple):
    """One delivery to make. Times are milliseconds since the epoch."""

    id: int
    lane: str
    due_ms: int
    created_ms: int
    attempts: int
    """How often it was tried before."""
    body: str
    """JSON, in the form of its service."""


_COLUMNS = ", ".join(Entry._fields)


def add(
    connection: sqlite3.Connection, lane: str, body: str, now_ms: int, due_ms: int | None = None
) -> None:
    """Adds an entry, due at once or at `due_ms`; `ORDERED` where it must not overtake those before it."""
    connection.execute(_INSERT, (lane, now_ms if due_ms is None else due_ms, now_ms, body))


def add_all(
    connection: sqlite3.Connection,
    entries: Iterable[tuple[str, str]],
    now_ms: int,
    due_ms: int | None = None,
) -> None:
    """Adds entries, each a lane and a body."""
    due = now_ms if due_ms is None else due_ms
    connection.executemany(_INSERT, ((lane, due, now_ms, body) for lane, body in entries))


def lanes(db: Database) -> list[str]:
    """All lanes that have entries. One search of the index for each, not one for each entry."""
    return [
        lane
        for (lane,) in db.query(
            "WITH RECURSIVE lanes(lane) AS (SELECT min(lane) FROM outbox UNION ALL"
            " SELECT (SELECT min(lane) FROM outbox WHERE lane > lanes.lane) FROM lanes WHERE lane IS NOT NULL)"
            " SELECT lane FROM lanes WHERE lane IS NOT NULL"
        )
    ]


def due(db: Database, lane: str, now_ms: int, limit: int) -> list[Entry]:
    """The first entries of a lane that are due."""
    rows = db.query(
        f"SELECT {_COLUMNS} FROM outbox WHERE lane = ? AND due_ms <= ? ORDER BY due_ms, id LIMIT ?",  # noqa: S608 - columns
        (lane, now_ms, limit),
    )
    return [Entry._make(row) for row in rows]


def next_due(db: Database, lane: str) -> int | None:
    """When the next entry of a lane is due; None where there is none."""
    row = db.query_one("SELECT min(due_ms) FROM outbox WHERE lane = ?", (lane,))
    return None if row is None else row[0]


def remove(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Removes what was delivered, or given up."""
    connection.executemany("DELETE FROM outbox WHERE id = ?", [(entry.id,) for entry in entries])


def put_off(connection: sqlite3.Connection, entry: Entry, due_ms: int) -> None:
    """Notes one more attempt in vain. An ordered entry keeps its place: whoever carries it waits."""
    due = ORDERED if entry.due_ms == ORDERED else due_ms
    connection.execute(
        "UPDATE outbox SET due_ms = ?, attempts = attempts + 1 WHERE id = ?", (due, entry.id)
    )

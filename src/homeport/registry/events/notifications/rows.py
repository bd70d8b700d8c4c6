"""Rows of the outbox that wait for endpoints: how many, and which go where there are too many."""

from __future__ import annotations

import sqlite3


def count(connection: sqlite3.Connection, lane: str) -> int:
    """How many wait. A walk over the index: some milliseconds for a hundred thousand."""
    (number,) = connection.execute("SELECT count(*) FROM outbox WHERE lane = ?", (lane,)).fetchone()
    return int(number)


def drop_oldest(connection: sqlite3.Connection, lane: str, number: int) -> int:
    """Removes up to so many of those that have waited longest; returns how many it were."""
    return connection.execute(
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE lane = ? ORDER BY due_ms, id LIMIT ?)",
        (lane, number),
    ).rowcount

"""When items are due to expire."""

from __future__ import annotations

import sqlite3

from homeport.aws.dynamodb.store.rows import Key

_ADD = "INSERT OR IGNORE INTO expiries (space, expires_at, pk, sk) VALUES (?, ?, ?, ?)"
_REMOVE = "DELETE FROM expiries WHERE space = ? AND expires_at = ? AND pk = ? AND sk = ?"


def move(
    connection: sqlite3.Connection, space: int, key: Key, old: int | None, new: int | None
) -> None:
    """Moves an item from one time of expiry (seconds since the epoch) to another; None is never."""
    if old == new:
        return
    if old is not None:
        connection.execute(_REMOVE, (space, old, *key))
    if new is not None:
        connection.execute(_ADD, (space, new, *key))


def due(
    connection: sqlite3.Connection, space: int, after: int, until: int, limit: int
) -> list[tuple[int, Key]]:
    """Items that expire after one second and no later than another, the earliest first, with their second."""
    found = connection.execute(
        "SELECT expires_at, pk, sk FROM expiries WHERE space = ? AND expires_at > ? AND expires_at <= ?"
        " ORDER BY expires_at LIMIT ?",
        (space, after, until, limit),
    )
    return [(expires_at, Key(pk, sk)) for expires_at, pk, sk in found]


def remove(connection: sqlite3.Connection, space: int, limit: int) -> int:
    """Forgets up to `limit` times of expiry of a table; answers how many."""
    last = connection.execute(
        "SELECT expires_at, pk, sk FROM expiries WHERE space = ?"
        " ORDER BY expires_at, pk, sk LIMIT 1 OFFSET ?",
        (space, limit - 1),
    ).fetchone()
    if last is None:
        return connection.execute("DELETE FROM expiries WHERE space = ?", (space,)).rowcount
    return connection.execute(
        "DELETE FROM expiries WHERE space = ? AND (expires_at, pk, sk) <= (?, ?, ?)", (space, *last)
    ).rowcount

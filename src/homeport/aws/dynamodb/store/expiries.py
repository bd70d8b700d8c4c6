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

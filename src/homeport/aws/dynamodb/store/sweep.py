"""Empties the spaces of tables and indexes that are gone, in steps."""

from __future__ import annotations

import sqlite3

from homeport.aws.dynamodb.store import expiries

Connection = sqlite3.Connection

# Rows of which a backup is still to be made wait for it.
_NEXT = (
    "SELECT id FROM spaces WHERE is_dropped"
    " AND id NOT IN (SELECT table_id FROM backups WHERE status = 'CREATING') ORDER BY id LIMIT 1"
)
_FIRST = "SELECT pk, sk, size FROM rows WHERE space = ? ORDER BY pk, sk LIMIT ?"


def step(connection: Connection, limit: int, size: int) -> bool:
    """Removes rows of a space that was dropped: `limit` at most, and none once there are `size` bytes.

    Answers whether a space was left to do.
    """
    row = connection.execute(_NEXT).fetchone()
    if row is None:
        return False
    space: int = row[0]
    if not _remove_rows(connection, space, limit, size) and not expiries.remove(
        connection, space, limit
    ):
        connection.execute("DELETE FROM spaces WHERE id = ?", (space,))
    return True


def _remove_rows(connection: Connection, space: int, limit: int, size: int) -> int:
    last: tuple[bytes, bytes] | None = None
    cursor = connection.execute(_FIRST, (space, limit))
    for pk, sk, item_size in cursor:
        last = pk, sk
        size -= item_size
        if size <= 0:
            break
    cursor.close()
    if last is None:
        return 0
    return connection.execute(
        "DELETE FROM rows WHERE space = ? AND (pk, sk) <= (?, ?)", (space, *last)
    ).rowcount

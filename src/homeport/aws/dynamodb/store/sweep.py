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
_LAST = "SELECT pk, sk FROM rows WHERE space = ? ORDER BY pk, sk LIMIT 1 OFFSET ?"


def step(connection: Connection, limit: int) -> bool:
    """Removes up to `limit` rows of a space that was dropped; answers whether one was left to do."""
    row = connection.execute(_NEXT).fetchone()
    if row is None:
        return False
    space: int = row[0]
    if not _remove_rows(connection, space, limit) and not expiries.remove(connection, space, limit):
        connection.execute("DELETE FROM spaces WHERE id = ?", (space,))
    return True


def _remove_rows(connection: Connection, space: int, limit: int) -> int:
    last = connection.execute(_LAST, (space, limit - 1)).fetchone()
    if last is None:
        return connection.execute("DELETE FROM rows WHERE space = ?", (space,)).rowcount
    return connection.execute(
        "DELETE FROM rows WHERE space = ? AND (pk, sk) <= (?, ?)", (space, *last)
    ).rowcount

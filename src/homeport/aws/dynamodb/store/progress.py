"""How far work that goes through all rows of a table has come, so that it goes on after a restart."""

from __future__ import annotations

import sqlite3

from homeport.aws.dynamodb.store.rows import Key

START = Key(b"", b"")
"""Before every row."""


def of(connection: sqlite3.Connection, work: str) -> Key:
    """The key of the last row that was done."""
    row = connection.execute("SELECT pk, sk FROM progress WHERE work = ?", (work,)).fetchone()
    return START if row is None else Key(*row)


def set_(connection: sqlite3.Connection, work: str, key: Key) -> None:
    """Remembers the last row that was done."""
    connection.execute(
        "INSERT OR REPLACE INTO progress (work, pk, sk) VALUES (?, ?, ?)", (work, *key)
    )


def forget(connection: sqlite3.Connection, work: str) -> None:
    """The work is done, or given up."""
    connection.execute("DELETE FROM progress WHERE work = ?", (work,))

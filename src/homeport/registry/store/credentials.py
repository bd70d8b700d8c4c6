"""Rows of robots, the credentials of programs; and keys that outlive the process."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from homeport.storage.db import Database


class Robot(NamedTuple):
    """A robot as it is stored."""

    name: str
    secret: bytes
    """SHA-256 of its secret."""
    scopes: str
    """JSON, as the schema says."""
    created: float
    created_by: str
    expires: float | None
    used: float | None


def robots(db: Database) -> list[Robot]:
    """All robots by name; the registry lets no more be made than it keeps in memory."""
    rows = db.query(
        "SELECT name, secret, scopes, created, created_by, expires, used FROM robot ORDER BY name"
    )
    return [Robot(*row) for row in rows]


def add(connection: sqlite3.Connection, new: Robot) -> bool:
    """Adds one; False where there is one of that name."""
    added = connection.execute(
        "INSERT INTO robot (name, secret, scopes, created, created_by, expires, used)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
        new,
    )
    return added.rowcount > 0


def count(connection: sqlite3.Connection) -> int:
    """How many there are."""
    (number,) = connection.execute("SELECT count(*) FROM robot").fetchone()
    return int(number)


def remove(connection: sqlite3.Connection, name: str) -> bool:
    """Removes one; False where there is none of that name."""
    return connection.execute("DELETE FROM robot WHERE name = ?", (name,)).rowcount > 0


def note_use(connection: sqlite3.Connection, name: str, now: float) -> None:
    """Notes when one was last used."""
    connection.execute("UPDATE robot SET used = ? WHERE name = ?", (now, name))


def find_key(db: Database, name: str) -> bytes | None:
    """A key by its name."""
    row = db.query_one("SELECT value FROM secret WHERE name = ?", (name,))
    return row[0] if row else None


def keep_key(connection: sqlite3.Connection, name: str, value: bytes) -> bytes:
    """Keeps a key where there is none of that name; returns the one that is kept."""
    connection.execute("INSERT OR IGNORE INTO secret (name, value) VALUES (?, ?)", (name, value))
    row = connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
    kept: bytes = row[0]
    return kept

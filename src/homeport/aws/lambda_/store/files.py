"""Which content files hold archives that a row still names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

_UNUSED = (
    "SELECT name FROM files WHERE NOT EXISTS (SELECT 1 FROM uses WHERE file = name)"
    " AND NOT EXISTS (SELECT 1 FROM layer_versions WHERE file = name)"
)


def add(connection: sqlite3.Connection, name: str, size: int) -> None:
    """Notes an archive, before what uses it does so."""
    connection.execute("INSERT INTO files VALUES (?, ?)", (name, size))


def drop_unused(connection: sqlite3.Connection, candidates: Iterable[str]) -> list[str]:
    """Forgets those of some archives that nothing names any more, and returns them."""
    dropped = []
    for candidate in candidates:
        row = connection.execute(f"{_UNUSED} AND name = ?", (candidate,)).fetchone()
        if row is not None:
            connection.execute("DELETE FROM files WHERE name = ?", (candidate,))
            dropped.append(candidate)
    return dropped


def is_there(connection: sqlite3.Connection, name: str) -> bool:
    """Whether an archive is still named."""
    found = connection.execute("SELECT 1 FROM files WHERE name = ?", (name,)).fetchone()
    return found is not None


def named(connection: sqlite3.Connection, names: list[str]) -> set[str]:
    """Those of some names that rows name."""
    return {name for name in names if is_there(connection, name)}


def of_function(connection: sqlite3.Connection, function: int) -> list[str]:
    """All archives that versions of a function need."""
    rows = connection.execute("SELECT DISTINCT file FROM uses WHERE function = ?", (function,))
    return [file for (file,) in rows]


def total(connection: sqlite3.Connection) -> int:
    """Bytes of all archives."""
    (found,) = connection.execute("SELECT coalesce(sum(size), 0) FROM files").fetchone()
    return int(found)


def secret(connection: sqlite3.Connection, name: str) -> bytes:
    """A secret that was made with the database."""
    (value,) = connection.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
    return bytes(value)

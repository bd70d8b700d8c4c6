"""Numbered migrations: the database's `user_version` is the number of the last one that was committed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from homeport import errors


def migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Brings the schema to the newest version, each migration in a transaction of its own.

    Migration N (counted from 1) is the N-th script; a script is never changed once it was released. A database written by
    a newer Homeport is refused untouched.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(migrations):
        raise errors.StorageError(
            f"The database is of schema version {version}; this Homeport knows up to {len(migrations)}.",
            hint="Start the newer Homeport that wrote it, or name another data folder with --data.",
        )
    for number, script in enumerate(migrations[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        except sqlite3.Error:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _statements(script: str) -> list[str]:
    """Splits a script into statements; `executescript` would commit in between."""
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    if current.strip():
        statements.append(current)
    return statements

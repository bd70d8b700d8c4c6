"""Numbered migrations: the database's `user_version` is the number of the last one that was committed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from homeport import errors
from homeport.storage import connection


def migrate(database: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    """Brings the schema to the newest version, each migration in a transaction of its own.

    Migration N (counted from 1) is the N-th script; a script is never changed once it was released. A database written by
    a newer Homeport is refused untouched. Raises `StorageError`.
    """
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > len(migrations):
            raise errors.StorageError(
                f"The database {path} is of schema version {version}; this Homeport knows up to {len(migrations)}.",
                hint="Start the newer Homeport that wrote it, or name another data folder with --data.",
            )
        for number, script in enumerate(migrations[version:], start=version + 1):
            _apply(database, number, script)
    except sqlite3.Error as error:
        raise connection.storage_error(path, error) from error


def _apply(database: sqlite3.Connection, number: int, script: str) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements(script):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {number}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def statements(script: str) -> Iterator[str]:
    """Splits a script into its statements; `executescript` would commit in between.

    A semicolon inside a text, a comment or a trigger does not end one:
    https://www.sqlite.org/c3ref/complete.html
    """
    current = ""
    for part in script.split(";"):
        current += part + ";"
        if sqlite3.complete_statement(current):
            if current.strip(" \t\r\n;"):
                yield current
            current = ""
    rest = current[:-1].strip()
    if rest:
        yield rest

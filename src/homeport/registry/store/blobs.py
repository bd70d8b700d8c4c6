"""Rows of blobs, and of the repositories they belong to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from homeport.registry.store import repositories
from homeport.storage.db import Database


class Blob(NamedTuple):
    """Where the bytes of a blob are."""

    file: str
    size: int


_FIND = (
    "SELECT b.file, b.size FROM blob b"
    " JOIN repository_blob l ON l.blob = b.id"
    " WHERE b.digest = ? AND b.rotten IS NULL AND l.repository = (SELECT id FROM repository WHERE name = ?)"
)


def find(db: Database, repository: str, digest: str) -> Blob | None:
    """A blob of a repository."""
    row = db.query_one(_FIND, (digest, repository))
    return Blob(*row) if row else None


def is_stored(db: Database, digest: str) -> bool:
    """Whether any repository has the blob."""
    return (
        db.query_one("SELECT 1 FROM blob WHERE digest = ? AND rotten IS NULL", (digest,))
        is not None
    )


def mount(
    connection: sqlite3.Connection, digest: str, source: str, repository: str, now: float
) -> int | None:
    """Makes a blob of one repository belong to another too, and returns its size; None where `source` does not have it."""
    row = connection.execute(
        "SELECT b.id, b.size FROM blob b JOIN repository_blob l ON l.blob = b.id"
        " WHERE b.digest = ? AND b.rotten IS NULL AND l.repository = (SELECT id FROM repository WHERE name = ?)",
        (digest, source),
    ).fetchone()
    if row is None:
        return None
    _link(connection, row[0], repository, now)
    return int(row[1])


def adopt(connection: sqlite3.Connection, digest: str, repository: str, now: float) -> bool:
    """Makes a blob that is stored belong to a repository; False where none is, or what is stored has rotted."""
    row = connection.execute(
        "SELECT id FROM blob WHERE digest = ? AND rotten IS NULL", (digest,)
    ).fetchone()
    if row is None:
        return False
    _link(connection, row[0], repository, now)
    return True


class Added(NamedTuple):
    """What came of an upload."""

    is_used: bool
    """False where another upload of the same digest came first: then its file is the blob's."""
    replaced: str | None = None
    """The file of rotten bytes that it stands in for; delete it after the commit."""


def add(
    connection: sqlite3.Connection, digest: str, blob: Blob, repository: str, now: float
) -> Added:
    """Names a published file, also in the place of one that has rotted."""
    row = connection.execute(
        "SELECT id, file, rotten FROM blob WHERE digest = ?", (digest,)
    ).fetchone()
    if row is None:
        made = connection.execute(
            "INSERT INTO blob (digest, file, size, created) VALUES (?, ?, ?, ?)",
            (digest, blob.file, blob.size, now),
        )
        _link(connection, made.lastrowid or 0, repository, now)
        return Added(is_used=True)
    known, file, rotten = row
    _link(connection, known, repository, now)
    if rotten is None:
        return Added(is_used=False)
    connection.execute(
        "UPDATE blob SET file = ?, size = ?, rotten = NULL WHERE id = ?",
        (blob.file, blob.size, known),
    )
    return Added(is_used=True, replaced=file)


def _link(connection: sqlite3.Connection, blob: int, repository: str, now: float) -> None:
    connection.execute(
        "INSERT INTO repository_blob (repository, blob, pushed) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET pushed = excluded.pushed",
        (repositories.ensure(connection, repository, now), blob, now),
    )


class Removed(NamedTuple):
    """What came of a removal."""

    was_there: bool
    size: int = 0
    file: str | None = None
    """The file that no repository needs any more; delete it after the commit."""


def remove(connection: sqlite3.Connection, digest: str, repository: str) -> Removed:
    """Takes a blob from a repository, and forgets it where that was the last one."""
    owner = repositories.id_of(connection, repository)
    row = connection.execute(
        "SELECT b.id, b.file, b.size FROM blob b JOIN repository_blob l ON l.blob = b.id"
        " WHERE b.digest = ? AND l.repository = ?",
        (digest, owner),
    ).fetchone()
    if owner is None or row is None:
        return Removed(was_there=False)
    blob, file, size = row
    connection.execute(
        "DELETE FROM repository_blob WHERE repository = ? AND blob = ?", (owner, blob)
    )
    repositories.forget_empty(connection, owner)
    forgotten = connection.execute(
        "DELETE FROM blob WHERE id = ?"
        " AND NOT EXISTS (SELECT 1 FROM repository_blob WHERE blob = ?)",
        (blob, blob),
    )
    return Removed(was_there=True, size=size, file=file if forgotten.rowcount else None)


def named(connection: sqlite3.Connection, files: Sequence[str]) -> set[str]:
    """Those of the files that a blob names; for the sweep."""
    rows = connection.execute(
        "SELECT file FROM blob WHERE file IN (SELECT value FROM json_each(?))", (json.dumps(files),)
    )
    return {file for (file,) in rows}

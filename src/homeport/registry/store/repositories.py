"""Rows of repositories. One is there as long as a blob or a manifest belongs to it."""

from __future__ import annotations

import sqlite3

from homeport.registry.grammar import natural
from homeport.storage.db import Database


def find(db: Database, name: str) -> int | None:
    """The id of a repository."""
    row = db.query_one("SELECT id FROM repository WHERE name = ?", (name,))
    return row[0] if row else None


def page(db: Database, after: str, count: int) -> list[str]:
    """Names of repositories that hold a manifest, behind `after`, in the order of their bytes."""
    rows = db.query(
        "SELECT name FROM repository WHERE manifests > 0 AND name > ? ORDER BY name LIMIT ?",
        (after, count),
    )
    return [name for (name,) in rows]


def id_of(connection: sqlite3.Connection, name: str) -> int | None:
    """The id of a repository, inside a write."""
    row = connection.execute("SELECT id FROM repository WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def ensure(connection: sqlite3.Connection, name: str, now: float) -> int:
    """The id of a repository, which is made where there is none."""
    found = id_of(connection, name)
    if found is not None:
        return found
    made = connection.execute(
        "INSERT INTO repository (name, natural, created) VALUES (?, ?, ?)",
        (name, natural.key(name), now),
    )
    return made.lastrowid or 0


def forget_empty(connection: sqlite3.Connection, repository: int) -> bool:
    """Removes the repository where nothing belongs to it any more; whether it did."""
    removed = connection.execute(
        "DELETE FROM repository WHERE id = ? AND manifests = 0"
        " AND NOT EXISTS (SELECT 1 FROM repository_blob WHERE repository = ?)",
        (repository, repository),
    )
    return removed.rowcount > 0


def empty(connection: sqlite3.Connection) -> list[int]:
    """Ids of repositories that nothing belongs to. A read of all repositories."""
    rows = connection.execute(
        "SELECT id FROM repository r WHERE manifests = 0"
        " AND NOT EXISTS (SELECT 1 FROM repository_blob WHERE repository = r.id)"
    )
    return [repository for (repository,) in rows]


def holdings(connection: sqlite3.Connection) -> dict[int, int]:
    """How many manifests and blobs belong to each repository. A read of all repositories and links."""
    rows = connection.execute(
        "SELECT id, manifests + (SELECT count(*) FROM repository_blob WHERE repository = r.id) FROM repository r"
    )
    return dict(rows.fetchall())


def names(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Id and name of all repositories that hold a manifest, in the order of their names."""
    return connection.execute(
        "SELECT id, name FROM repository WHERE manifests > 0 ORDER BY name"
    ).fetchall()

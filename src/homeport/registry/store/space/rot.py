"""Blobs whose bytes are no longer those of their digest, and who needs them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from homeport.storage.db import Database


class Stored(NamedTuple):
    """A blob as it should be."""

    id: int
    digest: str
    file: str
    size: int
    rotten: float | None
    """Since when it is known to be damaged."""


_COLUMNS = "SELECT id, digest, file, size, rotten FROM blob"


def page(db: Database, after: int, count: int) -> list[Stored]:
    """The next blobs behind an id."""
    rows = db.query(_COLUMNS + " WHERE id > ? ORDER BY id LIMIT ?", (after, count))
    return [Stored(*row) for row in rows]


def mark(connection: sqlite3.Connection, blob: Stored, now: float) -> bool:
    """Notes that a blob is damaged; False where it has got another file since."""
    marked = connection.execute(
        "UPDATE blob SET rotten = ? WHERE id = ? AND file = ? AND rotten IS NULL",
        (now, blob.id, blob.file),
    )
    return marked.rowcount > 0


def files(connection: sqlite3.Connection) -> int:
    """How many blobs there are."""
    (number,) = connection.execute("SELECT count(*) FROM blob").fetchone()
    return int(number)


def owners(connection: sqlite3.Connection, blob: int, count: int) -> list[str]:
    """The first repositories that a blob belongs to."""
    rows = connection.execute(
        "SELECT r.name FROM repository_blob l CROSS JOIN repository r ON r.id = l.repository"
        " WHERE l.blob = ? LIMIT ?",
        (blob, count),
    )
    return [name for (name,) in rows]


class Needs(NamedTuple):
    """A repository that needs something damaged, and its tags that lead to it."""

    repository: str
    tags: list[str]


# From what names the digest up to the indexes that name that, within each repository.
_NEEDED = """
WITH RECURSIVE needs (owner, manifest) AS (
    SELECT l.repository, f.manifest FROM blob b
    CROSS JOIN repository_blob l ON l.blob = b.id
    CROSS JOIN reference f ON f.repository = l.repository AND f.digest = b.digest
    WHERE b.id = ?
    UNION
    SELECT n.owner, f.manifest FROM needs n
    CROSS JOIN manifest m ON m.id = n.manifest
    CROSS JOIN reference f ON f.repository = n.owner AND f.digest = m.digest
)
SELECT r.name, t.name FROM needs n CROSS JOIN repository r ON r.id = n.owner
LEFT JOIN tag t ON t.manifest = n.manifest LIMIT ?"""


def needed_by(connection: sqlite3.Connection, blob: int, count: int) -> list[Needs]:
    """The first repositories and tags that can not be pulled without a blob."""
    found: dict[str, list[str]] = {}
    for repository, tag in connection.execute(_NEEDED, (blob, count)):
        known = found.setdefault(repository, [])
        if tag is not None:
            known.append(tag)
    return [Needs(repository, sorted(tags)) for repository, tags in sorted(found.items())]


def mark_manifest(
    connection: sqlite3.Connection, manifest: int, content: bytes, now: float
) -> bool:
    """Notes that a manifest is damaged; False where it holds other bytes by now."""
    marked = connection.execute(
        "UPDATE manifest SET rotten = ? WHERE id = ? AND content = ? AND rotten IS NULL",
        (now, manifest, content),
    )
    return marked.rowcount > 0


class Kept(NamedTuple):
    """A manifest, whose bytes are in its row."""

    id: int
    repository: str
    digest: str
    size: int
    content: bytes
    rotten: float | None
    """Since when it is known to be damaged."""


def manifests(connection: sqlite3.Connection, after: int) -> Iterator[Kept]:
    """The manifests behind an id. A long read."""
    rows = connection.execute(
        "SELECT m.id, r.name, m.digest, m.size, m.content, m.rotten FROM manifest m"
        " CROSS JOIN repository r ON r.id = m.repository WHERE m.id > ? ORDER BY m.id",
        (after,),
    )
    return (Kept(*row) for row in rows)


def tags_of(connection: sqlite3.Connection, manifest: int, count: int) -> list[str]:
    """The first tags of a manifest."""
    rows = connection.execute("SELECT name FROM tag WHERE manifest = ? LIMIT ?", (manifest, count))
    return [name for (name,) in rows]

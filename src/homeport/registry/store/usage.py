"""What takes the room: sums over the whole registry and over each repository."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole registry. Sizes are bytes."""

    blob_bytes: int
    manifest_bytes: int
    upload_bytes: int
    """What uploads under way have brought, as far as it was acknowledged."""
    repositories: int
    tags: int
    manifests: int
    blobs: int
    rotten: int
    """Blobs whose bytes are known not to be those of their digest."""
    uploads: int


def totals(connection: sqlite3.Connection) -> Totals:
    """Counts rows: for a thread."""
    row = connection.execute(
        "SELECT blobs, manifests,"
        " (SELECT coalesce(sum(size), 0) FROM upload WHERE staged IS NOT NULL),"
        " (SELECT count(*) FROM repository WHERE manifests > 0),"
        " (SELECT count(*) FROM tag),"
        " (SELECT coalesce(sum(manifests), 0) FROM repository),"
        " (SELECT count(*) FROM blob),"
        " (SELECT count(*) FROM blob WHERE rotten IS NOT NULL),"
        " (SELECT count(*) FROM upload)"
        " FROM totals"
    ).fetchone()
    return Totals(*row)


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository."""

    name: str
    tags: int
    manifests: int
    bytes: int
    """Of its manifests, and of its blobs whether others have them too."""
    shared: int
    """Bytes of the blobs that others have too."""
    pushed: float | None
    pulled: float | None


ORDERS = ("name", "size", "pushed", "pulled")
"""By name, or the largest or latest first."""

_VALUE = {"size": "bytes", "pushed": "coalesce(pushed, 0)", "pulled": "coalesce(pulled, 0)"}

_EACH = "SELECT name, tags, manifests, bytes, shared, pushed, pulled FROM repository"
"""The sums are kept: `homeport.registry.store.browsing.schema`."""


def by_name(connection: sqlite3.Connection, after: str, count: int) -> list[Repository]:
    """The repositories behind a name, in the order of its bytes. Reads those alone."""
    rows = connection.execute(_EACH + " WHERE name > ? ORDER BY name LIMIT ?", (after, count))
    return [Repository(*row) for row in rows]


def one(connection: sqlite3.Connection, name: str) -> Repository | None:
    """A repository by its name."""
    row = connection.execute(_EACH + " WHERE name = ?", (name,)).fetchone()
    return Repository(*row) if row else None


class Place(NamedTuple):
    """Where a page of an order begins: behind a repository that had this value."""

    value: float
    name: str


def by_value(
    connection: sqlite3.Connection, order: str, after: Place | None, count: int
) -> list[Repository]:
    """The largest, or latest, behind a place. Reads all repositories: for a thread."""
    value = _VALUE[order]
    value_after, name_after = after or (float("inf"), "")
    rows = connection.execute(
        f"{_EACH} WHERE {value} < ? OR ({value} = ? AND name > ?)"
        f" ORDER BY {value} DESC, name LIMIT ?",
        (value_after, value_after, name_after, count),
    )
    return [Repository(*row) for row in rows]


def place(found: Repository, order: str) -> Place:
    """The place of a repository in an order."""
    value = found.bytes if order == "size" else getattr(found, order)
    return Place(value or 0, found.name)

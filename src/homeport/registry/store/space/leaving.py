"""What a delete removes at once: a tag alone, a manifest with its tags, a repository with all of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import NamedTuple


class Manifest(NamedTuple):
    """One of those. Its size is in bytes."""

    id: int
    digest: str
    size: int


def manifests(
    connection: sqlite3.Connection, repository: int, digests: Collection[str]
) -> list[Manifest]:
    """The manifests of a repository that have one of these digests."""
    rows = connection.execute(
        "SELECT m.id, m.digest, m.size FROM json_each(?) j"
        " CROSS JOIN manifest m ON m.repository = ? AND m.digest = j.value",
        (json.dumps(list(digests)), repository),
    )
    return [Manifest(*row) for row in rows]


def tags_of(connection: sqlite3.Connection, manifests: Collection[int]) -> set[str]:
    """The tags of some manifests of a repository."""
    rows = connection.execute(
        "SELECT t.name FROM json_each(?) j CROSS JOIN tag t ON t.manifest = j.value",
        (json.dumps(list(manifests)),),
    )
    return {name for (name,) in rows}


def tags(connection: sqlite3.Connection, repository: int, names: Collection[str]) -> set[str]:
    """Those of some names that are tags of a repository."""
    rows = connection.execute(
        "SELECT t.name FROM json_each(?) j CROSS JOIN tag t ON t.repository = ? AND t.name = j.value",
        (json.dumps(list(names)), repository),
    )
    return {name for (name,) in rows}


class Whole(NamedTuple):
    """All of a repository. Sizes are bytes."""

    tags: list[str]
    """In the order of their bytes."""
    manifests: int
    bytes: int


def whole(connection: sqlite3.Connection, repository: int) -> Whole:
    """Its tags, and what its manifests take. A long read."""
    tags = connection.execute(
        "SELECT name FROM tag WHERE repository = ? ORDER BY name", (repository,)
    ).fetchall()
    (manifests, bytes_) = connection.execute(
        "SELECT count(*), coalesce(sum(size), 0) FROM manifest WHERE repository = ?", (repository,)
    ).fetchone()
    return Whole([name for (name,) in tags], manifests, bytes_)

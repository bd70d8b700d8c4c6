"""Which blobs some manifests hold, and who else does."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import NamedTuple


class Blob(NamedTuple):
    """A blob of a repository."""

    id: int
    size: int
    is_kept: bool
    """Whether a manifest of that repository names it that stays."""


_BLOB = (
    "SELECT DISTINCT b.id, b.size, EXISTS (SELECT 1 FROM reference f"
    " WHERE f.repository = l.repository AND f.digest = b.digest"
    " AND f.manifest NOT IN (SELECT value FROM json_each(:gone)))"
)
_NAMED = _BLOB + (
    " FROM json_each(:manifests) j CROSS JOIN reference f ON f.manifest = j.value"
    " CROSS JOIN blob b ON b.digest = f.digest"
    " CROSS JOIN repository_blob l ON l.repository = :repository AND l.blob = b.id"
)
_ALL = _BLOB + (
    " FROM repository_blob l CROSS JOIN blob b ON b.id = l.blob WHERE l.repository = :repository"
)


def named(
    connection: sqlite3.Connection,
    repository: int,
    manifests: Collection[int],
    gone: Collection[int],
) -> list[Blob]:
    """The blobs that some manifests of a repository name, as it is once those of `gone` are not there. A long read."""
    wanted = {
        "gone": json.dumps(list(gone)),
        "manifests": json.dumps(list(manifests)),
        "repository": repository,
    }
    return [_blob(row) for row in connection.execute(_NAMED, wanted)]


def every(connection: sqlite3.Connection, repository: int, gone: Collection[int]) -> list[Blob]:
    """All blobs of a repository, named by a manifest or not. A long read."""
    wanted = {"gone": json.dumps(list(gone)), "repository": repository}
    return [_blob(row) for row in connection.execute(_ALL, wanted)]


def _blob(row: tuple[int, int, int]) -> Blob:
    return Blob(*row[:2], bool(row[2]))


def held_by_a_tag(
    connection: sqlite3.Connection, blobs: Collection[int], apart_from: int
) -> set[int]:
    """Those of the blobs that a tagged manifest of another repository names directly."""
    rows = connection.execute(
        "SELECT j.value FROM json_each(?) j WHERE EXISTS (SELECT 1 FROM blob b"
        " CROSS JOIN repository_blob l ON l.blob = b.id"
        " CROSS JOIN reference f ON f.repository = l.repository AND f.digest = b.digest"
        " CROSS JOIN tag t ON t.manifest = f.manifest"
        " WHERE b.id = j.value AND l.repository <> ?)",
        (json.dumps(list(blobs)), apart_from),
    )
    return {blob for (blob,) in rows}


def elsewhere(
    connection: sqlite3.Connection, blobs: Collection[int], apart_from: int
) -> list[tuple[int, int]]:
    """Other repositories where a manifest names one of the blobs: their ids, and the blobs'."""
    return connection.execute(
        "SELECT l.repository, b.id FROM json_each(?) j CROSS JOIN blob b ON b.id = j.value"
        " CROSS JOIN repository_blob l ON l.blob = b.id WHERE l.repository <> ?"
        " AND EXISTS (SELECT 1 FROM reference f WHERE f.repository = l.repository AND f.digest = b.digest)"
        " ORDER BY l.repository",
        (json.dumps(list(blobs)), apart_from),
    ).fetchall()


def namers(
    connection: sqlite3.Connection, repository: int, blobs: Collection[int]
) -> list[tuple[int, int]]:
    """The manifests of a repository that name one of the blobs: the blob's id, and theirs."""
    return connection.execute(
        "SELECT b.id, f.manifest FROM json_each(?) j CROSS JOIN blob b ON b.id = j.value"
        " CROSS JOIN reference f ON f.repository = ? AND f.digest = b.digest",
        (json.dumps(list(blobs)), repository),
    ).fetchall()


class Link(NamedTuple):
    """That a blob belongs to a repository, and since when."""

    repository: str
    digest: str
    pushed: float
    is_rotten: bool


def links(connection: sqlite3.Connection, blobs: Collection[int]) -> list[Link]:
    """All links of some blobs."""
    rows = connection.execute(
        "SELECT r.name, b.digest, l.pushed, b.rotten IS NOT NULL FROM json_each(?) j"
        " CROSS JOIN blob b ON b.id = j.value CROSS JOIN repository_blob l ON l.blob = b.id"
        " CROSS JOIN repository r ON r.id = l.repository",
        (json.dumps(list(blobs)),),
    )
    return [Link(name, digest, pushed, bool(rotten)) for name, digest, pushed, rotten in rows]


class Tag(NamedTuple):
    """A tag, and the id of the manifest that it points to."""

    name: str
    manifest: int


def tags(connection: sqlite3.Connection, repository: int) -> list[Tag]:
    """All tags of a repository, in the order of their bytes."""
    rows = connection.execute(
        "SELECT name, manifest FROM tag WHERE repository = ? ORDER BY name", (repository,)
    )
    return [Tag(*row) for row in rows]

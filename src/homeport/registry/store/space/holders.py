"""Which blobs some manifests hold, and who else does."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from homeport.registry.store.space.without import HAS_TAG, IS_THERE, Without

_NAMED = (
    "SELECT DISTINCT b.id, b.size FROM json_each(?) j CROSS JOIN reference f ON f.manifest = j.value"
    " CROSS JOIN blob b ON b.digest = f.digest"
    " CROSS JOIN repository_blob l ON l.repository = f.repository AND l.blob = b.id"
)
_EVERY = (
    "SELECT b.id, b.size FROM repository_blob l CROSS JOIN blob b ON b.id = l.blob"
    " WHERE l.repository = ?"
)

# Who names a base layer are thousands, one as good as another. Children of an index have no tag, so a look at what names these
# is needed too: else all of them would be gone through in vain.
_HELD = (
    f"({HAS_TAG.format('f.manifest')} OR EXISTS (SELECT 1 FROM manifest m"  # noqa: S608 - of the text above
    " CROSS JOIN reference p ON p.repository = m.repository AND p.digest = m.digest"
    f" WHERE m.id = f.manifest AND {IS_THERE.format('p.manifest')} AND {HAS_TAG.format('p.manifest')}))"
)
_HELD_HERE = (
    "SELECT j.value FROM json_each(:blobs) j WHERE EXISTS (SELECT 1 FROM blob b"  # noqa: S608 - of the text above
    " CROSS JOIN reference f ON f.repository = :repository AND f.digest = b.digest"
    f" WHERE b.id = j.value AND {IS_THERE.format('f.manifest')} AND {_HELD})"
)
_HELD_ELSEWHERE = (
    "SELECT j.value FROM json_each(:blobs) j WHERE EXISTS (SELECT 1 FROM blob b"  # noqa: S608 - of the text above
    " CROSS JOIN repository_blob l ON l.blob = b.id"
    " CROSS JOIN reference f ON f.repository = l.repository AND f.digest = b.digest"
    f" WHERE b.id = j.value AND l.repository <> :repository AND {_HELD})"
)


def named(connection: sqlite3.Connection, manifests: Collection[int]) -> dict[int, int]:
    """The blobs of a repository that some of its manifests name: their ids, and their sizes."""
    return dict(connection.execute(_NAMED, (json.dumps(list(manifests)),)))


def every(connection: sqlite3.Connection, repository: int) -> dict[int, int]:
    """All blobs of a repository, named by a manifest or not: their ids, and their sizes. A long read."""
    return dict(connection.execute(_EVERY, (repository,)))


def held_here(connection: sqlite3.Connection, blobs: Collection[int], without: Without) -> set[int]:
    """Those of the blobs that a tagged manifest of a repository names, or one that such a one names. There may be more."""
    wanted = without.parameters() | {"blobs": json.dumps(list(blobs))}
    return {blob for (blob,) in connection.execute(_HELD_HERE, wanted)}


def held_elsewhere(
    connection: sqlite3.Connection, blobs: Collection[int], apart_from: int
) -> set[int]:
    """The same in any other repository."""
    wanted = Without(apart_from).parameters() | {"blobs": json.dumps(list(blobs))}
    return {blob for (blob,) in connection.execute(_HELD_ELSEWHERE, wanted)}


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

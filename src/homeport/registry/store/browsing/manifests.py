"""Manifests as they are shown: with what is known of them, what leads to them, and what they lead to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import NamedTuple


class Shown(NamedTuple):
    """A manifest, and what it was found to be."""

    id: int
    digest: str
    media_type: str
    artifact_type: str | None
    subject: str | None
    pushed: float
    kind: str
    bytes: int
    platforms: str
    """Separated by spaces."""
    created: float | None
    pulls: int


_SHOWN = (
    "SELECT m.id, m.digest, m.media_type, m.artifact_type, m.subject, m.pushed,"
    " d.kind, d.bytes, d.platforms, d.created, d.pulls"
)
_WITH = " CROSS JOIN description d ON d.repository = m.repository AND d.manifest = m.id"
_BY_ID = _SHOWN + " FROM json_each(?) j CROSS JOIN manifest m ON m.id = j.value" + _WITH
_BY_DIGEST = (
    _SHOWN
    + " FROM json_each(?) j CROSS JOIN manifest m ON m.repository = ? AND m.digest = j.value"
    + _WITH
    + " WHERE m.rotten IS NULL"
)


def some(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, Shown]:
    """Those of the manifests that are there, by their ids."""
    rows = connection.execute(_BY_ID, (json.dumps(list(ids)),))
    return {row[0]: Shown(*row) for row in rows}


def by_digest(
    connection: sqlite3.Connection, repository: int, digests: Sequence[str]
) -> dict[str, Shown]:
    """Those that the repository has, and whose bytes are sound."""
    rows = connection.execute(_BY_DIGEST, (json.dumps(digests), repository))
    return {row[1]: Shown(*row) for row in rows}


def id_of(connection: sqlite3.Connection, repository: int, reference: str) -> int | None:
    """The manifest of a tag, or of a digest (which has a colon, and a tag has none)."""
    sql = (
        "SELECT id FROM manifest WHERE repository = ? AND digest = ?"
        if ":" in reference
        else "SELECT manifest FROM tag WHERE repository = ? AND name = ?"
    )
    row = connection.execute(sql, (repository, reference)).fetchone()
    return row[0] if row else None


def content(connection: sqlite3.Connection, manifest: int) -> bytes:
    """The bytes of a manifest."""
    (found,) = connection.execute(
        "SELECT content FROM manifest WHERE id = ?", (manifest,)
    ).fetchone()
    return bytes(found)


def pulled(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, float | None]:
    """When manifests were last pulled, by their ids. The column lies behind the content: not for many large ones."""
    rows = connection.execute(
        "SELECT m.id, m.pulled FROM json_each(?) j CROSS JOIN manifest m ON m.id = j.value",
        (json.dumps(list(ids)),),
    )
    return dict(rows.fetchall())


def referrers(
    connection: sqlite3.Connection, repository: int, digests: Collection[str]
) -> dict[str, int]:
    """How many manifests refer to each digest."""
    rows = connection.execute(
        "SELECT j.value, (SELECT count(*) FROM manifest s WHERE s.repository = ? AND s.subject = j.value)"
        " FROM json_each(?) j",
        (repository, json.dumps(list(digests))),
    )
    return dict(rows.fetchall())


def parents(connection: sqlite3.Connection, repository: int, digest: str, count: int) -> list[str]:
    """Digests of the first manifests that name one."""
    rows = connection.execute(
        "SELECT m.digest FROM reference f CROSS JOIN manifest m ON m.id = f.manifest"
        " WHERE f.repository = ? AND f.digest = ? LIMIT ?",
        (repository, digest, count),
    )
    return sorted(found for (found,) in rows)


def blobs(
    connection: sqlite3.Connection, repository: int, digests: Sequence[str]
) -> dict[str, int]:
    """The sizes of those that are sound blobs of the repository."""
    rows = connection.execute(
        "SELECT b.digest, b.size FROM json_each(?) j CROSS JOIN blob b ON b.digest = j.value"
        " WHERE b.rotten IS NULL"
        " AND EXISTS (SELECT 1 FROM repository_blob l WHERE l.repository = ? AND l.blob = b.id)",
        (json.dumps(digests), repository),
    )
    return dict(rows.fetchall())


# Nothing with a tag names it or is its subject; then the same for what leads to it, up to any height. The first look throws out
# almost all, by indexes alone.
_UNTAGGED = """
WITH RECURSIVE loose (id, pushed) AS MATERIALIZED (
    SELECT m.id, m.pushed FROM manifest m WHERE m.repository = :repository
    AND NOT EXISTS (SELECT 1 FROM tag t WHERE t.manifest = m.id)
    AND NOT EXISTS (SELECT 1 FROM reference f CROSS JOIN tag t ON t.manifest = f.manifest
        WHERE f.repository = m.repository AND f.digest = m.digest)
    AND NOT EXISTS (SELECT 1 FROM manifest s CROSS JOIN tag t ON t.manifest = s.id
        WHERE s.repository = m.repository AND s.digest = m.subject)
), above (origin, id) AS (
    SELECT id, id FROM loose
    UNION
    SELECT a.origin, f.manifest FROM above a CROSS JOIN manifest m ON m.id = a.id
        CROSS JOIN reference f ON f.repository = m.repository AND f.digest = m.digest
    UNION
    SELECT a.origin, s.id FROM above a CROSS JOIN manifest m ON m.id = a.id
        CROSS JOIN manifest s ON s.repository = m.repository AND s.digest = m.subject
), held (id) AS MATERIALIZED (
    SELECT DISTINCT a.origin FROM above a WHERE EXISTS (SELECT 1 FROM tag t WHERE t.manifest = a.id)
)
SELECT id FROM loose WHERE id NOT IN (SELECT id FROM held) ORDER BY pushed DESC, id DESC"""


def untagged(connection: sqlite3.Connection, repository: int) -> list[int]:
    """Ids of the manifests that no tag leads to, by whatever is between, the latest first. A long read."""
    rows = connection.execute(_UNTAGGED, {"repository": repository})
    return [manifest for (manifest,) in rows]

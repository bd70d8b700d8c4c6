"""What manifests were found to be: which are still to be looked into, and what came of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from homeport.storage.db import Database


class Due(NamedTuple):
    """A manifest that is to be looked into."""

    repository: int
    manifest: int
    due: int
    """Grows with each reason to look again."""
    digest: str
    media_type: str
    size: int
    platforms: str
    created: float | None


_DUE = (
    "SELECT d.repository, d.manifest, d.due, m.digest, m.media_type, m.size, d.platforms, d.created"
    " FROM description d CROSS JOIN manifest m ON m.id = d.manifest WHERE d.done < d.due"
)
_AMONG = " AND d.repository = ?"


def is_due(db: Database, repository: int | None) -> bool:
    """Whether there is any, in one repository or anywhere."""
    if repository is None:
        return db.query_one("SELECT 1 FROM description WHERE done < due LIMIT 1") is not None
    sql = "SELECT 1 FROM description WHERE done < due AND repository = ? LIMIT 1"
    return db.query_one(sql, (repository,)) is not None


def due(connection: sqlite3.Connection, repository: int | None, count: int) -> list[Due]:
    """The next ones, in one repository or anywhere."""
    if repository is None:
        rows = connection.execute(_DUE + " LIMIT ?", (count,))
    else:
        rows = connection.execute(_DUE + _AMONG + " LIMIT ?", (repository, count))
    return [Due(*row) for row in rows]


class Child(NamedTuple):
    """A manifest that an index names, as far as it is here."""

    digest: str
    media_type: str
    size: int
    manifest: int
    platforms: str
    created: float | None


def children(
    connection: sqlite3.Connection, repository: int, digests: Sequence[str]
) -> list[Child]:
    """Those that are here and sound."""
    rows = connection.execute(
        "SELECT m.digest, m.media_type, m.size, m.id, d.platforms, d.created"
        " FROM json_each(?) j CROSS JOIN manifest m ON m.repository = ? AND m.digest = j.value"
        " CROSS JOIN description d ON d.repository = m.repository AND d.manifest = m.id"
        " WHERE m.rotten IS NULL",
        (json.dumps(digests), repository),
    )
    return [Child(*row) for row in rows]


class File(NamedTuple):
    """Where the config of an image lies."""

    file: str
    size: int


def config(db: Database, repository: int, digest: str) -> File | None:
    """The blob of a config, where it is here and sound."""
    row = db.query_one(
        "SELECT b.file, b.size FROM blob b JOIN repository_blob l ON l.blob = b.id"
        " WHERE b.digest = ? AND b.rotten IS NULL AND l.repository = ?",
        (digest, repository),
    )
    return File(*row) if row else None


class Found(NamedTuple):
    """What came of a look."""

    of: Due
    kind: str
    bytes: int
    platforms: str
    created: float | None


def settle(connection: sqlite3.Connection, found: Sequence[Found]) -> None:
    """Notes what was found, but for what there is a reason to look at again by now, or is another manifest under that id."""
    for each in found:
        of = each.of
        noted = connection.execute(
            "UPDATE description SET kind = ?, bytes = ?, platforms = ?, created = ?, done = due"
            " WHERE repository = ? AND manifest = ? AND due = ?"
            " AND EXISTS (SELECT 1 FROM manifest WHERE id = ? AND digest = ?)",
            (
                *(each.kind, each.bytes, each.platforms, each.created),
                *(of.repository, of.manifest, of.due, of.manifest, of.digest),
            ),
        )
        if noted.rowcount and (each.platforms, each.created) != (of.platforms, of.created):
            _look_above(connection, of)


def _look_above(connection: sqlite3.Connection, of: Due) -> None:
    """An index is as new as what it names. A thousand at most, as in `homeport.registry.store.browsing.schema`."""
    connection.execute(
        "UPDATE description SET due = due + 1 WHERE repository = ? AND manifest IN"
        " (SELECT f.manifest FROM reference f WHERE f.repository = ? AND f.digest = ? LIMIT 1000)",
        (of.repository, of.repository, of.digest),
    )

"""Manifests as what they are to each other: an index leads to those that it names, a subject to those that refer to it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple


class Node(NamedTuple):
    """A manifest."""

    id: int
    owner: int
    """The id of its repository."""
    repository: str
    digest: str
    subject: str | None
    size: int
    used: float
    """When it was last pushed or pulled."""
    is_tagged: bool


Edge = tuple[int, int]
"""The ids of a manifest and of one that it leads to."""

_NODE = (
    "SELECT m.id, m.repository, r.name, m.digest, m.subject, m.size, max(m.pushed, coalesce(m.pulled, 0)),"
    " EXISTS (SELECT 1 FROM tag t WHERE t.manifest = m.id)"
)

# Only those come through that neither have a tag nor are named by what has one: of most registries a handful. The two looks
# before the row itself is read are answered by indexes.
_LOOSE = _NODE + (  # noqa: S608 - columns
    """ FROM manifest m CROSS JOIN repository r ON r.id = m.repository
WHERE NOT EXISTS (SELECT 1 FROM tag t WHERE t.manifest = m.id)
AND NOT EXISTS (
    SELECT 1 FROM reference f CROSS JOIN tag t ON t.manifest = f.manifest
    WHERE f.repository = m.repository AND f.digest = m.digest)
AND NOT EXISTS (
    SELECT 1 FROM manifest s CROSS JOIN tag t ON t.manifest = s.id
    WHERE s.repository = m.repository AND s.digest = m.subject)
ORDER BY m.repository, m.digest"""
)

_SOME = (
    _NODE
    + " FROM json_each(?) j CROSS JOIN manifest m ON m.id = j.value CROSS JOIN repository r ON r.id = m.repository"
)
_ALL = _NODE + " FROM repository r CROSS JOIN manifest m ON m.repository = r.id WHERE r.id = ?"

_TO_SOME = """
SELECT f.manifest, m.id FROM json_each(?) j CROSS JOIN manifest m ON m.id = j.value
CROSS JOIN reference f ON f.repository = m.repository AND f.digest = m.digest
UNION ALL
SELECT s.id, m.id FROM json_each(?) j CROSS JOIN manifest m ON m.id = j.value
CROSS JOIN manifest s ON s.repository = m.repository AND s.digest = m.subject"""

_WITHIN = """
SELECT f.manifest, m.id FROM manifest m
CROSS JOIN reference f ON f.repository = m.repository AND f.digest = m.digest WHERE m.repository = ?
UNION ALL
SELECT s.id, m.id FROM manifest m
CROSS JOIN manifest s ON s.repository = m.repository AND s.digest = m.subject
WHERE m.repository = ? AND m.subject IS NOT NULL"""


def _node(row: tuple[int, int, str, str, str | None, int, float, int]) -> Node:
    return Node(*row[:7], bool(row[7]))


def loose(connection: sqlite3.Connection) -> Iterator[list[Node]]:
    """Manifests without a tag that nothing with a tag names directly, repository by repository. A long read."""
    found = map(_node, connection.execute(_LOOSE))
    for _, group in groupby(found, attrgetter("owner")):
        yield list(group)


def some(connection: sqlite3.Connection, manifests: Collection[int]) -> list[Node]:
    """Those of the manifests that are there."""
    return [_node(row) for row in connection.execute(_SOME, (json.dumps(list(manifests)),))]


def of(connection: sqlite3.Connection, repository: int) -> list[Node]:
    """All manifests of a repository."""
    return [_node(row) for row in connection.execute(_ALL, (repository,))]


def edges_to(connection: sqlite3.Connection, manifests: Collection[int]) -> list[Edge]:
    """What leads to some manifests."""
    wanted = json.dumps(list(manifests))
    return connection.execute(_TO_SOME, (wanted, wanted)).fetchall()


def edges_of(connection: sqlite3.Connection, repository: int) -> list[Edge]:
    """All edges of a repository."""
    return connection.execute(_WITHIN, (repository, repository)).fetchall()


class Held(NamedTuple):
    """Blobs, and what they take."""

    blobs: int
    bytes: int


def held_only_by(connection: sqlite3.Connection, manifests: Collection[int]) -> Held:
    """The blobs that no other manifest of any repository names. A long read."""
    row = connection.execute(
        "WITH wanted (id) AS MATERIALIZED (SELECT value FROM json_each(?))"
        " SELECT count(*), coalesce(sum(b.size), 0) FROM blob b"
        " WHERE b.digest IN (SELECT f.digest FROM wanted w CROSS JOIN reference f ON f.manifest = w.id)"
        " AND NOT EXISTS (SELECT 1 FROM repository_blob l"
        " CROSS JOIN reference f ON f.repository = l.repository AND f.digest = b.digest"
        " WHERE l.blob = b.id AND f.manifest NOT IN (SELECT id FROM wanted))",
        (json.dumps(list(manifests)),),
    ).fetchone()
    return Held(*row)


class Removed(NamedTuple):
    """A manifest that is gone."""

    node: Node
    media_type: str


def remove(connection: sqlite3.Connection, nodes: Collection[Node]) -> list[Removed]:
    """Removes manifests that have no tags. Repositories that are empty then stay for `repositories.empty` to find."""
    removed = []
    for node in nodes:
        connection.execute("DELETE FROM reference WHERE manifest = ?", (node.id,))
        (media_type,) = connection.execute(
            "DELETE FROM manifest WHERE id = ? RETURNING media_type", (node.id,)
        ).fetchone()
        removed.append(Removed(node, media_type))
    return removed

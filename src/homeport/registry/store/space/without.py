"""A repository as it would be without some of its tags and manifests: what stands below these, and what above any of it.

What becomes of a manifest hangs on what leads to it alone, so of ten thousand only few are read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from homeport.registry.store.space import graph
from homeport.registry.store.space.graph import Edge, Node


class Without(NamedTuple):
    """A repository, and what is taken for gone."""

    repository: int
    """Its id."""
    tags: Collection[str] = ()
    manifests: Collection[int] = ()
    """Ids. Their tags are gone with them."""

    def parameters(self) -> dict[str, int | str]:
        """As the statements name them."""
        return {
            "repository": self.repository,
            "tags": json.dumps(list(self.tags)),
            "manifests": json.dumps(list(self.manifests)),
        }


IS_THERE = "{0} NOT IN (SELECT value FROM json_each(:manifests))"
HAS_TAG = (
    "EXISTS (SELECT 1 FROM tag t WHERE t.manifest = {0}"
    " AND t.name NOT IN (SELECT value FROM json_each(:tags)))"
)
"""Of a manifest that is there."""

_IS_UNTAGGED = f"{IS_THERE} AND NOT {HAS_TAG}"

_BELOW = f"""
WITH RECURSIVE below (id) AS (
    SELECT value FROM json_each(:manifests)
    UNION
    SELECT g.manifest FROM json_each(:tags) j CROSS JOIN tag g ON g.repository = :repository AND g.name = j.value
    WHERE {_IS_UNTAGGED.format("g.manifest")}
    UNION
    SELECT m.id FROM below b CROSS JOIN reference f ON f.manifest = b.id
    CROSS JOIN manifest m ON m.repository = f.repository AND m.digest = f.digest
    WHERE {_IS_UNTAGGED.format("m.id")}
    UNION
    SELECT s.id FROM below b CROSS JOIN manifest m ON m.id = b.id
    CROSS JOIN manifest s ON s.repository = m.repository AND s.subject = m.digest
    WHERE {_IS_UNTAGGED.format("s.id")}
)
SELECT id FROM below WHERE {IS_THERE.format("id")}"""  # noqa: S608 - of the text above

_ABOVE = f"""
WITH RECURSIVE above (id) AS (
    SELECT value FROM json_each(:some) j WHERE {_IS_UNTAGGED.format("j.value")}
    UNION
    SELECT f.manifest FROM above a CROSS JOIN manifest m ON m.id = a.id
    CROSS JOIN reference f ON f.repository = m.repository AND f.digest = m.digest
    WHERE {_IS_UNTAGGED.format("f.manifest")}
    UNION
    SELECT s.id FROM above a CROSS JOIN manifest m ON m.id = a.id
    CROSS JOIN manifest s ON s.repository = m.repository AND s.digest = m.subject
    WHERE {_IS_UNTAGGED.format("s.id")}
)
SELECT id FROM above"""  # noqa: S608 - of the text above


def below(connection: sqlite3.Connection, without: Without) -> set[int]:
    """Manifests without a tag that may have hung on what is gone: what it led to, as far as no tag stands between."""
    return {one for (one,) in connection.execute(_BELOW, without.parameters())}


class Above(NamedTuple):
    """Some manifests that have no tag, all without one that lead to them, and all edges that lead to any of these."""

    nodes: dict[int, Node]
    edges: list[Edge]


def above(connection: sqlite3.Connection, without: Without, some: Collection[int]) -> Above:
    """Those of some manifests that are there and have no tag, and what stands above them."""
    if not some:
        return Above({}, [])
    wanted = without.parameters() | {"some": json.dumps(list(some))}
    found = [one for (one,) in connection.execute(_ABOVE, wanted)]
    nodes = {node.id: node for node in graph.some(connection, found)}
    edges = graph.edges_to(connection, found)
    return Above(nodes, [edge for edge in edges if edge[0] not in without.manifests])

"""What becomes of manifests that no tag leads to, once the time of all of them is over."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from homeport.registry.space import reach, untagged
from homeport.registry.space.untagged import Judged, Protected
from homeport.registry.store.space import without
from homeport.registry.store.space.graph import Node
from homeport.registry.store.space.without import Above, Without


class Look(NamedTuple):
    """Manifests without a tag, all that lead to them, and what becomes of these."""

    above: Above
    judged: Judged


def look(
    connection: sqlite3.Connection, world: Without, some: Collection[int], protected: Protected
) -> Look:
    """Judges some manifests of a repository as it is, or would be: which collections remove in the end, and which stay without a tag.

    Those of them that have a tag, or are gone, are in neither.
    """
    above = without.above(connection, world, some)
    return Look(above, judge(above, protected))


def judge(above: Above, protected: Protected) -> Judged:
    """The same of what was read. Pure."""

    def in_the_end(node: Node, is_orphaned: bool) -> float:
        is_for_ever = protected(node, is_orphaned) == untagged.NEVER
        return untagged.NEVER if is_for_ever else 0.0

    return untagged.judge(above.nodes, above.edges, in_the_end, now=0.0)


def until(look: Look, protected: Protected, some: Collection[int]) -> float:
    """When the last of some that go is no longer protected, neither by itself nor by what leads to it. Pure."""
    (nodes, edges), judged = look
    backwards = reach.leads(((to, source) for source, to in edges), judged.going)
    ends = (
        protected(nodes[one], one in judged.orphaned)
        for one in reach.reach(judged.going.intersection(some), backwards)
    )
    return max(ends, default=0.0)

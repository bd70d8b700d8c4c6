"""What becomes of the manifests of a repository once the time of all of them is over."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import NamedTuple

from homeport.registry.space import reach, untagged
from homeport.registry.space.untagged import Judged, Protected
from homeport.registry.store.space import graph, holders
from homeport.registry.store.space.graph import Edge, Node
from homeport.registry.store.space.holders import Tag


class Repository(NamedTuple):
    """A repository as it is, or would be."""

    nodes: dict[int, Node]
    edges: Sequence[Edge]
    tags: Sequence[Tag]

    def without(self, manifests: Collection[int], tags: Collection[Tag]) -> Repository:
        """The same without some manifests and tags."""
        return Repository(
            {one: node for one, node in self.nodes.items() if one not in manifests},
            [edge for edge in self.edges if edge[0] not in manifests and edge[1] not in manifests],
            [tag for tag in self.tags if tag not in tags],
        )


def read(connection: sqlite3.Connection, owner: int) -> Repository:
    """Reads all of it: for a thread."""
    nodes = {node.id: node for node in graph.of(connection, owner)}
    edges = graph.edges_of(connection, owner)
    return Repository(nodes, edges, holders.tags(connection, owner))


def judge(repository: Repository, protected: Protected) -> Judged:
    """Which manifests collections remove in the end, and which stay without a tag. Pure."""
    tagged = {tag.manifest for tag in repository.tags}
    loose = {one: node for one, node in repository.nodes.items() if one not in tagged}
    leading = [edge for edge in repository.edges if edge[1] in loose]

    def in_the_end(node: Node, is_orphaned: bool) -> float:
        is_for_ever = protected(node, is_orphaned) == untagged.NEVER
        return untagged.NEVER if is_for_ever else 0.0

    return untagged.judge(loose, leading, in_the_end, now=0.0)


def until(
    repository: Repository, judged: Judged, protected: Protected, some: Collection[int]
) -> float:
    """When the last of some that go is no longer protected, neither by itself nor by what leads to it. Pure."""
    backwards = reach.leads(((to, source) for source, to in repository.edges), judged.going)
    nodes = repository.nodes
    ends = (
        protected(nodes[one], one in judged.orphaned)
        for one in reach.reach(judged.going.intersection(some), backwards)
    )
    return max(ends, default=0.0)

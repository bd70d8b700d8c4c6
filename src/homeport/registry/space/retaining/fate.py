"""What becomes of manifests when tags go: signatures and other referrers follow their image, children follow their index. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from homeport.registry.space import reach
from homeport.registry.space.retaining import judging
from homeport.registry.space.untagged import Protected
from homeport.registry.store.space.graph import Edge, Node
from homeport.registry.store.space.tags import Tag


class Repository(NamedTuple):
    """All that there is in one."""

    tags: Sequence[Tag]
    nodes: Mapping[int, Node]
    edges: Sequence[Edge]


class Fate(NamedTuple):
    """What goes."""

    tags: set[str]
    manifests: set[int]
    leading: dict[int, list[int]]
    """What leads to what, tags that belong to a manifest by their name included."""


def follow(
    repository: Repository, going: Collection[str], protected: Protected, now: float
) -> Fate:
    """Says what goes with some tags.

    A manifest goes that lost its last tag, and what only such lead to. One that had no tag before goes where it is no longer
    `protected`, a tag that belongs to a manifest by its name where that one goes, or has long been gone.
    """
    tags, nodes, edges = repository
    named = {name: one for one, node in nodes.items() for name in judging.names_of(node.digest)}
    attached = {tag.name: named.get(to) for tag in tags if (to := judging.attached_to(tag.name))}
    owned = [(one, tag.manifest) for tag in tags if (one := attached.get(tag.name)) is not None]
    leading = reach.leads([*edges, *owned], nodes)

    staying = {tag.manifest for tag in tags if tag.name not in attached and tag.name not in going}
    stranded = {name: attached[name] is None for name in attached}
    awaiting = {
        tag.manifest
        for tag in tags
        if stranded.get(tag.name) and protected(nodes[tag.manifest], stranded[tag.name]) > now
    }
    lost = {tag.name for tag in tags if stranded.get(tag.name) and tag.manifest not in awaiting}
    losing = {tag.manifest for tag in tags if tag.name in going or tag.name in lost}

    followers = reach.reach(losing - staying - awaiting, leading)
    orphans = _orphans(repository)
    others = {
        one for one in nodes.keys() - followers if protected(nodes[one], one in orphans) > now
    }
    kept = reach.reach(staying | awaiting | others, leading)
    gone = nodes.keys() - kept
    gone_with = {name for name, of in attached.items() if of is not None and of in gone}
    return Fate(set(going) | lost | gone_with, gone, leading)


def _orphans(repository: Repository) -> set[int]:
    """Referrers whose subject is not there."""
    digests = {node.digest for node in repository.nodes.values()}
    return {
        one
        for one, node in repository.nodes.items()
        if node.subject is not None and node.subject not in digests
    }

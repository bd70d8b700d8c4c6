"""Which manifests that no tag leads to are rubbish, and which are kept all the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from homeport.registry.space import reach, removal
from homeport.registry.space.touches import Touches
from homeport.registry.store.space import graph, snapshot
from homeport.registry.store.space.graph import Edge, Held, Node

NEVER = float("inf")

Protected = Callable[[Node, bool], float]
"""Until when a manifest stays by itself; it is told whether all that leads to it is a referrer whose subject is missing."""


ORPHAN_S = 24 * 3600.0
"""How long a referrer waits for its subject at least. A client may push it first, and the registry must take it:
https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject
A build that signs before it pushes, and is repeated where it fails, is done within a day."""


def protection(touches: Touches, grace_s: float, untagged_s: float | None) -> Protected:
    """What is pushed or pulled stays for `untagged_s`, for ever where that is None, and after each HEAD for `grace_s`."""

    def protected(node: Node, is_orphaned: bool) -> float:
        limit_s = ORPHAN_S if is_orphaned else untagged_s
        if limit_s is None:
            return NEVER
        touched = touches.last(node.repository, node.digest)
        return max(node.used + max(limit_s, grace_s), touched + grace_s)

    return protected


class Judged(NamedTuple):
    """What is to become of manifests that no tag leads to."""

    going: set[int]
    kept: set[int]
    orphaned: set[int]
    """Referrers without a subject, and what only old ones of these lead to."""
    next_at: float
    """When the next of those that are kept is no longer protected."""


def judge(
    nodes: dict[int, Node], edges: Sequence[Edge], protected: Protected, now: float
) -> Judged:
    """Says which of the untagged manifests of a repository go. `edges` are all that lead to them. Pure.

    Those stay that something stays for: a tag somewhere behind it, or a manifest that is protected still.
    """
    leading = reach.leads(edges, nodes)
    loose = nodes.keys() - reach.reach({to for source, to in edges if source not in nodes}, leading)
    led_to = {to for _, to in edges}
    orphans = {one for one in loose if nodes[one].subject is not None and one not in led_to}
    old = {one for one in orphans if protected(nodes[one], one in orphans) <= now}
    orphaned = (orphans | reach.reach(old, leading)) & loose
    ends = {one: protected(nodes[one], one in orphaned) for one in loose}
    kept = reach.reach({one for one in loose if ends[one] > now}, leading) & loose
    next_at = min((end for end in ends.values() if end > now), default=NEVER)
    return Judged(loose - kept, kept, orphaned, next_at)


class Plan(NamedTuple):
    """What of a whole registry goes."""

    lots: list[list[Node]]
    """In the order in which they may go."""
    orphaned: set[int]
    kept: int
    kept_only: Held
    """What only those hold that are kept."""
    next_at: float

    @property
    def going(self) -> list[int]:
        """The ids of all that go."""
        return [node.id for lot in self.lots for node in lot]


def plan(connection: sqlite3.Connection, protected: Protected, now: float) -> Plan:
    """Looks through all repositories. A long read, for a thread."""
    with snapshot.one_commit(connection):
        return _plan(connection, protected, now)


def _plan(connection: sqlite3.Connection, protected: Protected, now: float) -> Plan:
    lots: list[list[Node]] = []
    going: list[int] = []
    kept: list[int] = []
    orphaned: set[int] = set()
    next_at = NEVER
    for group in graph.loose(connection):
        nodes = {node.id: node for node in group}
        edges = graph.edges_to(connection, nodes)
        judged = judge(nodes, edges, protected, now)
        leading = reach.leads(edges, judged.going)
        _pack(
            lots,
            ([nodes[one] for one in lot] for lot in reach.lots(judged.going, leading, removal.LOT)),
        )
        going += judged.going
        kept += judged.kept
        orphaned |= judged.orphaned & judged.going
        next_at = min(next_at, judged.next_at)
    held = graph.held_only_by(connection, going)
    all_held = graph.held_only_by(connection, going + kept) if kept else held
    kept_only = Held(all_held.blobs - held.blobs, all_held.bytes - held.bytes)
    return Plan(lots, orphaned, len(kept), kept_only, next_at)


def _pack(lots: list[list[Node]], more: Iterable[list[Node]]) -> None:
    """Puts small lots of many repositories together."""
    for lot in more:
        if lots and len(lots[-1]) + len(lot) <= removal.LOT:
            lots[-1] += lot
        else:
            lots.append(lot)

"""Finds what the retention rules let go of, repository by repository. Long reads, for a thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from homeport.registry.space import reach, removal, untagged
from homeport.registry.space.retaining import fate, judging
from homeport.registry.space.retaining.judging import Rule
from homeport.registry.space.touches import Touches
from homeport.registry.store.space import graph, snapshot, tags
from homeport.registry.store.space.graph import Node
from homeport.registry.store.space.tags import Stamp, Tag

HELD = 10_000
"""Tags and manifests that go after which no further repository is looked through: plans are held in memory, this many take 10 MB."""


class Going(NamedTuple):
    """A tag that goes."""

    tag: Tag
    why: str


class Lot(NamedTuple):
    """What goes in one write."""

    tags: list[Going]
    nodes: list[Node]


class Plan(NamedTuple):
    """What of a repository goes."""

    owner: int
    repository: str
    stamp: Stamp
    lots: list[Lot]
    kept: int
    """Tags that stay."""
    bytes: int
    """What a collection would free afterwards."""


class Planner:
    """Puts the rules to repositories at one time."""

    def __init__(self, rules: Sequence[Rule], touches: Touches, grace_s: float, now: float) -> None:
        self._rules = rules
        self._touches = touches
        self._grace_s = grace_s
        self._now = now

    def plans(
        self, connection: sqlite3.Connection, among: Sequence[tuple[int, str]]
    ) -> tuple[list[Plan], int]:
        """For those of the repositories (id and name) where something goes; and how many were looked through, one at least."""
        found: list[Plan] = []
        held = 0
        for number, (owner, name) in enumerate(among, 1):
            plan = self.plan(connection, owner, name)
            if plan is not None:
                found.append(plan)
                held += sum(len(lot.tags) + len(lot.nodes) for lot in plan.lots)
            if held >= HELD:
                return found, number
        return found, len(among)

    def plan(self, connection: sqlite3.Connection, owner: int, name: str) -> Plan | None:
        """For one repository; None where nothing of it goes."""
        with snapshot.one_commit(connection):
            return self._plan(connection, owner, name)

    def _plan(self, connection: sqlite3.Connection, owner: int, name: str) -> Plan | None:
        rules = [rule for rule in self._rules if rule.is_for(name)]
        if not rules:
            return None
        stamp = tags.stamp(connection, owner)
        here = tags.of(connection, owner)
        judged = judging.judge(rules, here, self._now)
        untagged_s = max(
            (one for rule in rules if (one := rule.untagged_s) is not None), default=None
        )
        has_attached = any(judging.attached_to(tag.name) for tag in here)
        if not judged and untagged_s is None and not has_attached:
            return None
        nodes = {node.id: node for node in graph.of(connection, owner)}
        whole = fate.Repository(here, nodes, graph.edges_of(connection, owner))
        protected = untagged.protection(self._touches, self._grace_s, untagged_s)
        gone = fate.follow(whole, judged, protected, self._now)
        if not gone.tags and not gone.manifests:
            return None
        lots = _lots(whole, gone, judged)
        held = graph.held_only_by(connection, gone.manifests)
        return Plan(owner, name, stamp, lots, len(here) - len(gone.tags), held.bytes)


def _lots(whole: fate.Repository, gone: fate.Fate, judged: dict[str, str]) -> list[Lot]:
    """First the tags of manifests that stay; then each manifest with its tags, behind what leads to it."""
    going: dict[int, list[Going]] = {}
    for tag in whole.tags:
        if tag.name in gone.tags:
            why = judged.get(tag.name) or "the manifest that it belongs to is gone"
            going.setdefault(tag.manifest, []).append(Going(tag, why))
    alone = [
        one for manifest, found in going.items() if manifest not in gone.manifests for one in found
    ]
    size = removal.LOT
    lots = [Lot(alone[start : start + size], []) for start in range(0, len(alone), size)]
    leading = reach.leads(
        ((source, to) for source, reached in gone.leading.items() for to in reached), gone.manifests
    )
    for members in reach.lots(gone.manifests, leading, size):
        tagged = [one for member in members for one in going.get(member, ())]
        lots.append(Lot(tagged, [whole.nodes[member] for member in members]))
    return lots

"""Removes manifests that nothing leads to, looking once more inside the write that does it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.space import reach
from homeport.registry.store.space import graph
from homeport.registry.store.space.graph import Node

LOT = 64
"""Manifests that one write removes; it takes some 3 ms."""


def remove(
    connection: sqlite3.Connection, planned: Sequence[Node], is_used: Callable[[Node], bool]
) -> list[graph.Removed]:
    """Removes those of the planned manifests that are still as they were: not tagged, not used, and named by nothing that stays.

    So no manifest that stays ever names one that went.
    """
    now_there = {node.id: node for node in graph.some(connection, [node.id for node in planned])}
    edges = graph.edges_to(connection, now_there)
    held = {node.id for node in now_there.values() if node.is_tagged or is_used(node)}
    held |= {target for source, target in edges if source not in now_there}
    kept = reach.reach(held, reach.leads(edges, now_there))
    return graph.remove(
        connection, [now_there[node.id] for node in planned if node.id in now_there.keys() - kept]
    )


def event(removed: graph.Removed, user: str) -> Event:
    """What the journal is told of it."""
    node = removed.node
    return Event(
        journal.DELETE,
        journal.MANIFEST,
        node.repository,
        node.digest,
        media_type=removed.media_type,
        size=node.size,
        user=user,
    )

"""Looks into manifests that are stored, as far as that goes without their configs. For threads."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from homeport.registry.browsing import limits, reading
from homeport.registry.browsing.reading import Sketch
from homeport.registry.store.browsing import descriptions, manifests, tags
from homeport.registry.store.browsing.descriptions import Due, Found
from homeport.registry.store.space import snapshot

_TAGS = 16
"""Tags of a manifest that may tell what it is; cosign gives one."""


class Look(NamedTuple):
    """What was found so far."""

    found: Found
    config: str
    """The digest of a config that says more; empty where there is none."""


def look(connection: sqlite3.Connection, repository: int | None, count: int) -> list[Look]:
    """Looks into the next ones that are due, in one repository or anywhere."""
    looks: list[Look] = []
    read = 0
    with snapshot.one_commit(connection):
        for due in descriptions.due(connection, repository, count):
            if looks and read + due.size > limits.BATCH_BYTES:
                break
            look, of_children = _look(connection, due)
            read += due.size + of_children
            looks.append(look)
    return looks


def _look(connection: sqlite3.Connection, due: Due) -> tuple[Look, int]:
    """What it is, and the bytes that were read beside its own."""
    content = manifests.content(connection, due.manifest)
    sketch = reading.manifest(due.media_type, content, tags.of(connection, due.manifest, _TAGS))
    if not sketch.children:
        bytes_ = reading.total(sketch.blobs)
        platforms = reading.joined(sketch.platforms)
        return Look(Found(due, sketch.kind, bytes_, platforms, sketch.created), sketch.config), 0
    parts = _Parts(connection, due.repository)
    parts.add(sketch, limits.NESTING)
    created = sketch.created if sketch.created is not None else parts.created
    platforms = reading.joined([*sketch.platforms, *parts.platforms])
    bytes_ = reading.total(parts.blobs)
    return Look(Found(due, sketch.kind, bytes_, platforms, created), ""), parts.read


class _Parts:
    """All that an index leads to and that is here, each blob once, up to the limits."""

    def __init__(self, connection: sqlite3.Connection, repository: int) -> None:
        self._connection = connection
        self._repository = repository
        self._seen: set[str] = set()
        self.read = 0
        """Bytes of manifests."""
        self.blobs: dict[str, int] = {}
        self.platforms: list[str] = []
        """Of children of which the index says none."""
        self.created: float | None = None
        """When the newest child was."""

    def add(self, sketch: Sketch, nesting: int) -> None:
        """Adds what a manifest leads to."""
        self.blobs.update(sketch.blobs)
        told = {child.digest: child for child in sketch.children if child.digest not in self._seen}
        digests = list(told)[: max(0, limits.CHILDREN - len(self._seen))]
        self._seen.update(digests)
        here = descriptions.children(self._connection, self._repository, digests)
        for child in here:
            if not told[child.digest].platform and not told[child.digest].kind:
                self.platforms += reading.platforms(child.platforms)
            if child.created is not None:
                self.created = max(child.created, self.created or 0.0)
            if nesting and self.read + child.size <= limits.CHILDREN_BYTES:
                self.read += child.size
                content = manifests.content(self._connection, child.manifest)
                self.add(reading.manifest(child.media_type, content), nesting - 1)
        # buildkit's cache is an index of layers: https://github.com/moby/buildkit/issues/2251
        absent = list(told.keys() & set(digests) - {child.digest for child in here})
        self.blobs.update(manifests.blobs(self._connection, self._repository, absent))


def with_config(look: Look, content: bytes) -> Found:
    """What is found with the config of an image."""
    config = reading.config(content)
    created = config.created if config.created is not None else look.found.created
    return look.found._replace(created=created, platforms=config.platform)

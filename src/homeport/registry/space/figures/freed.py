"""What a delete would free: that of tags, of manifests by their digests, or of a whole repository, with the collections that follow.

It follows what a delete does here. A tag goes alone; a manifest goes with its tags, a repository with all of it. What no tag leads to
afterwards stays, unless `gc_untagged` lets it go; what refers to what is gone goes in any case. Blobs go that nothing else holds.
"""

from __future__ import annotations

import itertools
import operator
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from homeport.registry.options import Collection as Collecting
from homeport.registry.space import untagged
from homeport.registry.space.figures import fates
from homeport.registry.space.figures.fates import Repository
from homeport.registry.space.touches import Touches
from homeport.registry.space.untagged import Judged
from homeport.registry.store import repositories
from homeport.registry.store.space import holders, snapshot


class Wish(NamedTuple):
    """What is to be deleted. Neither tags nor digests: the whole repository."""

    repository: str
    tags: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole repository."""
        return not self.tags and not self.digests


@dataclass(frozen=True, slots=True)
class Freed:
    """What would come of it. Sizes are bytes."""

    tags: list[str]
    """All that go, in the order of their bytes."""
    manifests: int
    """Those that go, at once or by a collection."""
    untagged: int
    """Those that stay although no tag leads to them any more."""
    blobs: int
    """Those whose files go."""
    bytes: int
    """Of these blobs and manifests."""
    shared_bytes: int
    """Of the blobs of these manifests that stay, as others have them too."""
    after_s: float
    """Time after which one collection frees all of it, where nobody asks for any of it meanwhile."""


class Missing(Exception):
    """What was to be deleted is not there: a tag or a digest, or the repository where it has no text."""


class _Look(NamedTuple):
    """A repository, what becomes of it, and which of its manifests name the blobs in question."""

    repository: Repository
    judged: Judged
    namers: Sequence[tuple[int, int]]


class Reckoner:
    """Knows how long things are kept here."""

    def __init__(self, chosen: Collecting, touches: Touches) -> None:
        self._grace_s = chosen.grace_s
        self._touches = touches
        self._protected = untagged.protection(touches, chosen.grace_s, chosen.untagged_s)

    def freed(self, connection: sqlite3.Connection, wish: Wish, now: float) -> Freed:
        """Reckons it out. Reads all manifests of the repository: for a thread. Raises `Missing`."""
        with snapshot.one_commit(connection):
            owner = repositories.id_of(connection, wish.repository)
            if owner is None:
                raise Missing("")
            return self._freed(connection, owner, wish, now)

    def _freed(self, connection: sqlite3.Connection, owner: int, wish: Wish, now: float) -> Freed:
        here = fates.read(connection, owner)
        deleted = _deleted(here, wish)
        tags = {tag for tag in here.tags if tag.name in wish.tags or tag.manifest in deleted}
        before = fates.judge(here, self._protected)
        left = here.without(deleted, tags)
        after = fates.judge(left, self._protected)
        # What went in any case is not freed by this, unless it is named here.
        following = after.going - before.going
        going = deleted | following
        gone = deleted | after.going
        blobs = (
            holders.every(connection, owner, gone)
            if wish.is_whole
            else holders.named(connection, owner, going, gone)
        )
        free = {blob.id for blob in blobs if not blob.is_kept}
        lost, looks = self._lost(connection, free, owner)
        namers = holders.namers(connection, owner, lost)
        end = max(
            fates.until(left, after, self._protected, following),
            self._end(lost, [*looks, _Look(left, after, namers)]),
            self._free_at(connection, lost),
        )
        lost_bytes = sum(blob.size for blob in blobs if blob.id in lost)
        return Freed(
            tags=sorted(tag.name for tag in tags),
            manifests=len(going),
            untagged=len(after.kept - before.kept),
            blobs=len(lost),
            bytes=lost_bytes + sum(here.nodes[one].size for one in going),
            shared_bytes=sum(blob.size for blob in blobs) - lost_bytes,
            after_s=max(end - now, 0.0),
        )

    def _lost(
        self, connection: sqlite3.Connection, free: set[int], owner: int
    ) -> tuple[set[int], list[_Look]]:
        """Those of the blobs that nothing holds in any other repository in the end, and the repositories that were looked at."""
        lost = free - holders.held_by_a_tag(connection, free, owner)
        looks = []
        # Few are left: those that elsewhere only an index or nothing with a tag leads to.
        others = holders.elsewhere(connection, lost, owner)
        for other, found in itertools.groupby(others, operator.itemgetter(0)):
            asked = lost.intersection(blob for _, blob in found)
            if asked:
                repository = fates.read(connection, other)
                judged = fates.judge(repository, self._protected)
                namers = holders.namers(connection, other, asked)
                lost -= {blob for blob, manifest in namers if manifest not in judged.going}
                looks.append(_Look(repository, judged, namers))
        return lost, looks

    def _end(self, lost: set[int], looks: Sequence[_Look]) -> float:
        """When the last manifest can go that names one of these blobs."""
        return max(
            fates.until(
                repository,
                judged,
                self._protected,
                {manifest for blob, manifest in namers if blob in lost},
            )
            for repository, judged, namers in looks
        )

    def _free_at(self, connection: sqlite3.Connection, lost: Collection[int]) -> float:
        """When the grace period of the last of these blobs is over."""
        ends = (
            max(link.pushed, self._touches.last(link.repository, link.digest)) + self._grace_s
            for link in holders.links(connection, lost)
            if not link.is_rotten
        )
        return max(ends, default=0.0)


def _deleted(here: Repository, wish: Wish) -> set[int]:
    """The manifests that the delete itself removes. Raises `Missing`."""
    if wish.is_whole:
        if not here.nodes:
            raise Missing("")
        return set(here.nodes)
    ids = {node.digest: one for one, node in here.nodes.items()}
    missing = (wish.tags - {tag.name for tag in here.tags}) | (wish.digests - ids.keys())
    if missing:
        raise Missing(min(missing))
    return {ids[digest] for digest in wish.digests}

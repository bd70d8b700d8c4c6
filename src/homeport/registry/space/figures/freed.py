"""What a delete would free: that of tags, of manifests by their digests, or of a whole repository, with the collections that follow.

It follows what a delete does here. A tag goes alone; a manifest goes with its tags, a repository with all of it. What no tag leads to
afterwards stays, unless `gc_untagged` lets it go; what refers to what is gone goes in any case. Blobs go that nothing else holds.
"""

from __future__ import annotations

import itertools
import operator
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from homeport.registry.options import Collection as Collecting
from homeport.registry.space import untagged
from homeport.registry.space.figures import fates
from homeport.registry.space.figures.fates import Look
from homeport.registry.space.touches import Touches
from homeport.registry.store import repositories
from homeport.registry.store.space import holders, leaving, snapshot, without
from homeport.registry.store.space.without import Without


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


class _Gone(NamedTuple):
    """What a delete removes of the repository itself, and the collections behind it. Sizes are bytes."""

    tags: Collection[str]
    manifests: int
    bytes: int
    """Of these."""
    untagged: int
    blobs: dict[int, int]
    """The ids of the blobs that they name, and their sizes."""
    end: float
    """When the last manifest can go."""
    world: Without | None
    """What is left; nothing of a whole repository."""


class _Held(NamedTuple):
    """Manifests without a tag that name some blobs: the ids of these and theirs, and what becomes of them."""

    namers: Sequence[tuple[int, int]]
    look: Look


class Reckoner:
    """Knows how long things are kept here."""

    def __init__(self, chosen: Collecting, touches: Touches) -> None:
        self._grace_s = chosen.grace_s
        self._touches = touches
        self._protected = untagged.protection(touches, chosen.grace_s, chosen.untagged_s)

    def freed(self, connection: sqlite3.Connection, wish: Wish, now: float) -> Freed:
        """Reckons it out: a long read, for a thread. Raises `Missing`."""
        with snapshot.one_commit(connection):
            owner = repositories.id_of(connection, wish.repository)
            if owner is None:
                raise Missing("")
            gone = (
                _whole(connection, owner) if wish.is_whole else self._some(connection, owner, wish)
            )
            return self._freed(connection, owner, gone, now)

    def _freed(self, connection: sqlite3.Connection, owner: int, gone: _Gone, now: float) -> Freed:
        lost, held = self._lost(connection, owner, gone)
        end = max(gone.end, self._end(lost, held), self._free_at(connection, lost))
        lost_bytes = sum(gone.blobs[blob] for blob in lost)
        return Freed(
            tags=sorted(gone.tags),
            manifests=gone.manifests,
            untagged=gone.untagged,
            blobs=len(lost),
            bytes=lost_bytes + gone.bytes,
            shared_bytes=sum(gone.blobs.values()) - lost_bytes,
            after_s=max(end - now, 0.0),
        )

    def _some(self, connection: sqlite3.Connection, owner: int, wish: Wish) -> _Gone:
        """Some tags and manifests, and what goes without them. Raises `Missing`."""
        deleted = leaving.manifests(connection, owner, wish.digests)
        tags = leaving.tags(connection, owner, wish.tags)
        missing = (wish.tags - tags) | (wish.digests - {one.digest for one in deleted})
        if missing:
            raise Missing(min(missing))
        ids = {one.id for one in deleted}
        world = Without(owner, wish.tags, ids)
        # What becomes of all others is as it was.
        hanging = without.below(connection, world)
        before = fates.look(connection, Without(owner), hanging, self._protected).judged
        after = fates.look(connection, world, hanging, self._protected)
        # What went in any case is not freed by this, unless it is named here.
        following = (after.judged.going - before.going) & hanging
        nodes = after.above.nodes
        return _Gone(
            tags | leaving.tags_of(connection, ids),
            manifests=len(ids) + len(following),
            bytes=sum(one.size for one in deleted) + sum(nodes[one].size for one in following),
            untagged=len((after.judged.kept - before.kept) & hanging),
            blobs=holders.named(connection, ids | following),
            end=fates.until(after, self._protected, following),
            world=world,
        )

    def _lost(
        self, connection: sqlite3.Connection, owner: int, gone: _Gone
    ) -> tuple[set[int], list[_Held]]:
        """Those of its blobs that nothing holds in the end, here or in any other repository, and what names them until then."""
        lost, held = set(gone.blobs), list[_Held]()
        if gone.world is not None:
            lost -= holders.held_here(connection, lost, gone.world)
        lost -= holders.held_elsewhere(connection, lost, owner)
        # Few are left: those that nothing with a tag leads to, or only from afar.
        for world, blobs in _worlds(connection, owner, gone.world, lost):
            asked = lost.intersection(blobs)
            if asked:
                found = self._held(connection, world, asked)
                going = found.look.judged.going
                kept = {blob for blob, manifest in found.namers if manifest not in going}
                lost = lost - kept
                held.append(found)
        return lost, held

    def _held(
        self, connection: sqlite3.Connection, world: Without, blobs: Collection[int]
    ) -> _Held:
        named = holders.namers(connection, world.repository, blobs)
        namers = [one for one in named if one[1] not in world.manifests]
        some = {manifest for _, manifest in namers}
        return _Held(namers, fates.look(connection, world, some, self._protected))

    def _end(self, lost: Collection[int], held: Sequence[_Held]) -> float:
        """When the last manifest can go that names one of these blobs."""
        ends = (
            fates.until(
                look, self._protected, {manifest for blob, manifest in namers if blob in lost}
            )
            for namers, look in held
        )
        return max(ends, default=0.0)

    def _free_at(self, connection: sqlite3.Connection, lost: Collection[int]) -> float:
        """When the grace period of the last of these blobs is over."""
        ends = (
            max(link.pushed, self._touches.last(link.repository, link.digest)) + self._grace_s
            for link in holders.links(connection, lost)
            if not link.is_rotten
        )
        return max(ends, default=0.0)


def _whole(connection: sqlite3.Connection, owner: int) -> _Gone:
    """All of a repository: nothing of it is left that could wait for anything. Raises `Missing`."""
    all_of_it = leaving.whole(connection, owner)
    if not all_of_it.manifests:
        raise Missing("")
    return _Gone(
        all_of_it.tags,
        all_of_it.manifests,
        all_of_it.bytes,
        untagged=0,
        blobs=holders.every(connection, owner),
        end=0.0,
        world=None,
    )


def _worlds(
    connection: sqlite3.Connection, owner: int, world: Without | None, blobs: Collection[int]
) -> Iterator[tuple[Without, Collection[int]]]:
    """Where a manifest names one of these blobs, and which."""
    if world is not None:
        yield world, blobs
    others = holders.elsewhere(connection, blobs, owner)
    for other, found in itertools.groupby(others, operator.itemgetter(0)):
        yield Without(other), {blob for _, blob in found}

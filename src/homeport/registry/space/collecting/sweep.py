"""One collection, step by step: manifests, then blobs, then repositories.

What goes is found by long reads in a thread, and looked at once more inside the write that removes it: what was pushed, asked for or
named since then stays. From that look to the commit nobody is told that it is there (`Touches.is_going`), so that no push relies
on what is gone a moment later.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

from homeport.registry.backend import Backend, Progress
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.space import ages, removal, untagged
from homeport.registry.space.collecting.findings import Findings
from homeport.registry.space.jobs import Job
from homeport.registry.store import repositories
from homeport.registry.store.space import rubbish
from homeport.registry.store.space.graph import Node
from homeport.registry.store.space.rubbish import Link

USER = "gc"
"""Who the journal is told did it."""

LOT = 64
"""Links that one write removes; it takes some 2 ms."""

T = TypeVar("T")
Key = tuple[str, str]


class Sweep:
    """A collection that is under way."""

    def __init__(
        self, backend: Backend, job: Job, grace_s: float, untagged_s: float | None, *, is_dry: bool
    ) -> None:
        self.findings = Findings()
        self.next_at = untagged.NEVER
        """When the first of what the grace period keeps can go."""
        self._backend = backend
        self._job = job
        self._is_dry = is_dry
        self._grace_s = grace_s
        self._protected = untagged.protection(backend.touches, grace_s, untagged_s)
        self._now = backend.clock.now()

    async def run(self, progress: Progress) -> None:
        """Removes what is rubbish, or in a dry run counts it. Raises `Stopped`, or `StorageError` where the disk fails."""
        going = await self._collect_manifests()
        await self._collect_blobs(json.dumps(going), progress)
        await self._collect_repositories()

    # Manifests

    async def _collect_manifests(self) -> list[int]:
        """Returns the ids of those that a dry run left where they are."""
        found = await self._backend.db.scan(
            lambda connection: untagged.plan(connection, self._protected, self._now)
        )
        self.findings.kept_untagged = found.kept
        self.findings.kept_untagged_bytes = found.kept_only.bytes
        self.next_at = min(self.next_at, found.next_at)
        for lot in found.lots:
            self._job.step()
            removed = lot if self._is_dry else await self._remove_manifests(lot, found.orphaned)
            for node in removed:
                why = self._why(node, is_orphaned=node.id in found.orphaned)
                self.findings.add_manifest(node, why)
        return found.going if self._is_dry else []

    def _why(self, node: Node, *, is_orphaned: bool) -> str:
        if is_orphaned:
            return "it refers to a manifest that is not there, or belongs to one that does"
        used = ages.words(self._now - node.used)
        return f"no tag, index or subject leads to it, last used {used} ago"

    async def _remove_manifests(self, lot: Sequence[Node], orphaned: set[int]) -> list[Node]:
        backend = self._backend
        events: list[Event] = []

        def is_used(node: Node) -> bool:
            end = self._protected(node, node.id in orphaned)
            if end > self._now:
                self.next_at = min(self.next_at, end)
            return end > self._now

        def remove(connection: sqlite3.Connection, begin: Callable[[Key], None]) -> list[Node]:
            removed = removal.remove(connection, lot, is_used)
            for one in removed:
                begin((one.node.repository, one.node.digest))
                events.append(removal.event(one, USER))
                backend.journal.note(connection, events[-1])
            if backend.manifests is not None:
                backend.manifests.settle(connection)
            return [one.node for one in removed]

        removed = await self._hidden(remove)
        for event in events:
            backend.journal.tell(event)
        return removed

    # Blobs

    async def _collect_blobs(self, without: str, progress: Progress) -> None:
        db = self._backend.db
        after, total = 0, await db.scan(rubbish.last_blob)
        while True:
            self._job.step()
            start = after
            page, going = await db.scan(lambda connection: self._look(connection, start, without))  # noqa: B023 - awaited in its turn
            self.findings.young += len(page.links) - len(going)
            if not self._is_dry:
                await self._remove_links(going)
            if page.last is None:
                progress(total, total)
                return
            after = page.last
            progress(min(after, total), total)

    def _look(
        self, connection: sqlite3.Connection, after: int, without: str
    ) -> tuple[rubbish.Page, list[Link]]:
        """A page, and what of it may go. In a thread."""
        page = rubbish.page(connection, after, without)
        going = [link for link in page.links if self._is_old(link)]
        if self._is_dry:
            for link in going:
                self.findings.add_link(link, _why(link))
            self.findings.add_blobs(page, going)
        return page, going

    def _is_old(self, link: Link) -> bool:
        if link.is_rotten:
            return True
        used = max(link.pushed, self._backend.touches.last(link.repository, link.digest))
        if used + self._grace_s <= self._now:
            return True
        self.next_at = min(self.next_at, used + self._grace_s)
        return False

    async def _remove_links(self, going: Sequence[Link]) -> None:
        for start in range(0, len(going), LOT):
            self._job.step()
            await self._remove_lot(going[start : start + LOT])

    async def _remove_lot(self, lot: Sequence[Link]) -> None:
        def remove(
            connection: sqlite3.Connection, begin: Callable[[Key], None]
        ) -> list[rubbish.Removed]:
            removed = []
            for planned in lot:
                link = rubbish.find(connection, planned.owner, planned.blob)
                if link is not None and self._is_old(link):
                    begin((link.repository, link.digest))
                    removed.append(rubbish.remove(connection, link))
            return removed

        removed = await self._hidden(remove)
        for link, file in removed:
            self.findings.add_link(link, _why(link))
            if file is not None:
                self.findings.add_blob(link.size)
        await self._backend.content.delete([file for _, file in removed if file is not None])
        for link, _ in removed:
            self._backend.journal.tell(
                Event(
                    journal.DELETE,
                    journal.BLOB,
                    link.repository,
                    link.digest,
                    size=link.size,
                    user=USER,
                )
            )

    async def _hidden(self, work: Callable[[sqlite3.Connection, Callable[[Key], None]], T]) -> T:
        """A write that hides what it removes until it is durable, or undone."""
        hidden: list[Key] = []
        touches = self._backend.touches

        def begin(key: Key) -> None:
            hidden.append(key)
            touches.begin_removal(*key)

        try:
            return await self._backend.db.write(lambda connection: work(connection, begin))
        finally:
            for key in hidden:
                touches.end_removal(*key)

    # Repositories

    async def _collect_repositories(self) -> None:
        db = self._backend.db
        if self._is_dry:
            held = await db.scan(repositories.holdings)
            gone = self.findings.gone
            self.findings.repositories = sum(
                number == gone.get(owner, 0) for owner, number in held.items()
            )
            return
        empty = await db.scan(repositories.empty)
        for start in range(0, len(empty), LOT):
            self._job.step()
            lot = empty[start : start + LOT]
            self.findings.repositories += await db.write(
                lambda connection: sum(repositories.forget_empty(connection, one) for one in lot)  # noqa: B023 - awaited in its turn
            )
            await asyncio.sleep(0)


def _why(link: Link) -> str:
    if link.is_rotten:
        return "its bytes have rotted, and no manifest there names it"
    return "no manifest there names it"

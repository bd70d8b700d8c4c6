"""Reads all that is stored again and compares it with its digests.

A disk that returns other bytes than were written tells nobody: https://en.wikipedia.org/wiki/Data_degradation. A damaged blob is
never served again, and the push that brings it anew is not told that it is there, so that it heals.
"""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from homeport.registry.backend import Backend, Progress
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.grammar import names
from homeport.registry.space import jobs
from homeport.registry.space.jobs import Job
from homeport.registry.space.scrubbing import leftover, reading
from homeport.registry.space.scrubbing.reading import Reading
from homeport.registry.store.space import rot, runs
from homeport.registry.store.space.rot import Kept, Needs, Stored

KIND = "scrub"
"""Of its runs, in the table of runs."""
USER = "scrub"
"""Who the journal is told did it."""
PACE = 64 * 2**20
"""Bytes read in a second at most: a third of what a slow disk gives, so that pulls go on beside it."""
SLICE = 16 * 2**20
"""Bytes between two rests."""
PAGE = 64
"""Blobs that are looked up, and kept in place, at once."""
LISTED = 1000
"""Damaged things that a report names one by one."""
NEEDED = 100
"""Repositories and tags that are named for each."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A blob or manifest whose bytes are not those of its digest."""

    kind: str
    digest: str
    size: int
    how: str
    needed_by: list[Needs]
    """Repositories, and their tags that can not be pulled until it is pushed again."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that the disk did not give out."""

    digest: str
    file: str
    why: str


@dataclass(slots=True)
class Report:
    """What came of a scrub."""

    blobs: int = 0
    """Blobs that were read."""
    bytes: int = 0
    manifests: int = 0
    found: int = 0
    """Damaged things that were not known before."""
    damaged: list[Damaged] = field(default_factory=list)
    """All that are damaged, also those known from before, up to `LISTED`."""
    unreadable: list[Unreadable] = field(default_factory=list)
    leftover: int = 0
    """Files that no blob names. The next start removes them."""
    leftover_bytes: int = 0
    duration_s: float = 0.0


async def _no_break() -> None:
    """Nothing else to be done."""


class Scrubber:
    """Reads at most `pace` bytes in a second."""

    def __init__(self, backend: Backend, *, pace: int = PACE) -> None:
        self._backend = backend
        self._pace = pace
        self._job = Job("scrub")
        self._rested = 0.0
        """When what was read so far is no more than the pace allows."""

    async def run(
        self,
        *,
        progress: Progress = jobs.unheard,
        between: Callable[[], Awaitable[None]] = _no_break,
    ) -> Report:
        """Reads all of it. `between` is awaited now and then, for what may not wait for the end.

        Raises `Busy` where a scrub is under way, `Stopped` where the registry closes.
        """
        return await self._job.run(self._run(progress, between))

    async def _run(self, progress: Progress, between: Callable[[], Awaitable[None]]) -> Report:
        backend = self._backend
        started = backend.clock.now()
        report = Report()
        suspects = await leftover.find(backend)
        await self._read_blobs(report, progress, between)
        await self._read_manifests(report, between)
        report.leftover, report.leftover_bytes = await leftover.still(backend, suspects)
        ended = backend.clock.now()
        report.duration_s = ended - started
        told = dataclasses.asdict(report)
        await backend.db.write(lambda connection: runs.add(connection, KIND, started, ended, told))
        return report

    async def _read_blobs(
        self, report: Report, progress: Progress, between: Callable[[], Awaitable[None]]
    ) -> None:
        total = await self._backend.db.scan(rot.files)
        after = done = 0
        while page := self._next(after):
            after = page[-1].id
            done += len(page)
            await self._read_page(report, page)
            progress(min(done, total), total)
            await between()
            self._job.step()

    def _next(self, after: int) -> list[Stored]:
        """The next blobs, up to a slice of bytes, and one at least."""
        found = rot.page(self._backend.db, after, PAGE)
        size = 0
        for number, blob in enumerate(found):
            size += blob.size
            if size >= SLICE:
                return found[: number + 1]
        return found

    async def _read_page(self, report: Report, page: Sequence[Stored]) -> None:
        content = self._backend.content
        # Asked of the rows just now and leased without a pause between: no removal can come in between.
        release = content.lease([blob.file for blob in page])
        readings = {
            blob: Reading(content.location(blob.file), blob.digest, blob.size)
            for blob in page
            if blob.rotten is None
        }
        try:
            await self._read(list(readings.values()))
        finally:
            for one in readings.values():
                one.close()
            release()
        for blob in page:
            await self._note(report, blob, readings.get(blob))

    async def _read(self, readings: Sequence[Reading]) -> None:
        clock = self._backend.clock
        while waiting := [one for one in readings if not one.is_done]:
            self._job.step()
            self._rested = max(self._rested, clock.now())
            read = await asyncio.to_thread(reading.go_on, waiting, SLICE)
            self._rested += read / self._pace
            rest_s = self._rested - clock.now()
            if rest_s >= SLICE / self._pace / 2:
                await self._job.rest(clock, rest_s)

    async def _note(self, report: Report, blob: Stored, read: Reading | None) -> None:
        how = "known from an earlier scrub"
        if read is not None:
            if read.trouble:
                if len(report.unreadable) < LISTED:
                    report.unreadable.append(Unreadable(blob.digest, blob.file, read.trouble))
                return
            report.blobs += 1
            report.bytes += blob.size
            if not read.damage or not await self._mark(blob):
                return
            report.found += 1
            how = read.damage
        needed_by = await self._backend.db.scan(lambda at: rot.needed_by(at, blob.id, NEEDED))
        _list(report, Damaged(journal.BLOB, blob.digest, blob.size, how, needed_by))

    async def _mark(self, blob: Stored) -> bool:
        """Makes it as good as absent; False where it was pushed anew meanwhile."""
        backend = self._backend
        now = backend.clock.now()
        events: list[Event] = []

        def mark(connection: sqlite3.Connection) -> bool:
            if not rot.mark(connection, blob, now):
                return False
            for name in rot.owners(connection, blob.id, NEEDED):
                event = Event(
                    journal.DELETE, journal.BLOB, name, blob.digest, size=blob.size, user=USER
                )
                events.append(event)
                backend.journal.note(connection, event)
            return True

        is_marked = await backend.db.write(mark)
        for event in events:
            backend.journal.tell(event)
        return is_marked

    async def _read_manifests(self, report: Report, between: Callable[[], Awaitable[None]]) -> None:
        after: int | None = 0
        while after is not None:
            self._job.step()
            start = after
            read, found, after = await self._backend.db.scan(
                lambda connection: _check_manifests(connection, start)  # noqa: B023 - awaited in its turn
            )
            report.manifests += read
            for manifest, damaged in found:
                await self._note_manifest(report, manifest, damaged)
            await between()

    async def _note_manifest(self, report: Report, manifest: Kept, damaged: Damaged) -> None:
        if manifest.rotten is None:
            if not await self._mark_manifest(manifest):
                return
            report.found += 1
        _list(report, damaged)

    async def _mark_manifest(self, manifest: Kept) -> bool:
        """Makes it as good as absent; False where it was pushed anew meanwhile."""
        backend, now = self._backend, self._backend.clock.now()
        event = Event(
            journal.DELETE, journal.MANIFEST, manifest.repository, manifest.digest, user=USER
        )

        def mark(connection: sqlite3.Connection) -> bool:
            is_marked = rot.mark_manifest(connection, manifest.id, manifest.content, now)
            if is_marked:
                backend.journal.note(connection, event)
            return is_marked

        is_marked = await backend.db.write(mark)
        if is_marked:
            backend.journal.tell(event)
        return is_marked

    async def close(self) -> None:
        """Refuses further runs, and waits for the step that is under way."""
        await self._job.close()


def _check_manifests(
    connection: sqlite3.Connection, after: int
) -> tuple[int, list[tuple[Kept, Damaged]], int | None]:
    """How many were read, those that are damaged, and where to go on; None at the end."""
    damaged: list[tuple[Kept, Damaged]] = []
    number = size = 0
    for manifest in rot.manifests(connection, after):
        if size > SLICE:
            return number, damaged, after
        after = manifest.id
        number += 1
        size += len(manifest.content)
        actual = names.digest(names.algorithm(manifest.digest), manifest.content)
        if actual != manifest.digest:
            needed_by = [Needs(manifest.repository, rot.tags_of(connection, manifest.id, NEEDED))]
            how = f"its digest is {actual}"
            found = Damaged(journal.MANIFEST, manifest.digest, manifest.size, how, needed_by)
            damaged.append((manifest, found))
    return number, damaged, None


def _list(report: Report, damaged: Damaged) -> None:
    if len(report.damaged) < LISTED:
        report.damaged.append(damaged)

"""Takes over the storage folder of `registry:2`, beside the pushes and pulls of this registry.

An image is there as a whole or not at all, whenever the import ends; repeating it goes on where it ended, and takes what is new.
Blobs become ours as they are, by a second name of the same bytes: Distribution writes a blob under a name of its own, renames it
once and never writes to it again (`moveBlob` in registry/storage/blobwriter.go, `PutContent` of its file system driver).

Taken is what the old registry would serve: manifests that a repository has, with the blobs of that repository that they name.
What no manifest names is its rubbish, also where a repository still has a link to it: its own collection goes by manifests too.
Nobody pushed anything, so nobody is told by events: a hundred thousand would reach those who deploy what is pushed.

Referrers come by their `subject`, so that those behind a tag of the referrers tag schema are listed as the specification demands
of a registry that begins to list them; the tags stay, as clients look after them.
https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#enabling-the-referrers-api
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import os
import sqlite3
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from homeport import errors
from homeport.registry.backend import Backend, Progress
from homeport.registry.importing import reading, rows
from homeport.registry.importing.images import Images
from homeport.registry.importing.layout import BELOW, Layout, Link
from homeport.registry.importing.report import Report, Tally
from homeport.registry.space.jobs import Job
from homeport.registry.store.space import runs

KIND = "import"
"""Of its runs, in the table of runs."""

BATCH = 256
"""Links that are looked at together."""

AT_ONCE = 8
"""Images that are taken at a time: they share folder syncs and commits, and hash on several cores."""

KEPT = 500_000
"""Blobs that a move leaves because of images that could not be taken, some 80 MB. Of more, it leaves all."""


def _unheard(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Importer:
    """Imports, once at a time."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._job = Job("import")

    async def run(self, path: Path, *, move: bool = False, progress: Progress = _unheard) -> Report:
        """Takes over what is in a folder. `move` removes the blobs from it that are durable here; it must not be served then.

        Progress is in bytes. Raises `HomeportError` where the folder is no storage or our own, `Busy` where an import is under
        way, `Stopped` where the registry closes, `StorageError` where there is no room or the disk fails.
        """
        layout = await asyncio.to_thread(Layout.find, path)
        self._check_apart(path, layout.root)
        return await self._job.run(self._run(layout, Tally(progress), move=move))

    async def close(self) -> None:
        """Refuses further runs, and waits for the images that are under way."""
        await self._job.close()

    def _check_apart(self, path: Path, root: Path) -> None:
        ours = self._backend.db.path.parent.resolve()
        if root == ours.joinpath(*BELOW):
            return  # registry v2 stored in the folder that is ours now; nothing of ours has these names
        if root.is_relative_to(ours) or ours.is_relative_to(root):
            raise errors.HomeportError(
                f"{path} and the registry's own folder {ours} lie in each other.",
                hint="Give the folder of the old registry, apart from this one's data.",
            )

    async def _run(self, layout: Layout, tally: Tally, *, move: bool) -> Report:
        clock, db = self._backend.clock, self._backend.db
        started = clock.now()
        tally.total = await db.scan(lambda connection: _lacking_bytes(connection, layout))
        kept: set[str] = set()
        images = Images(self._backend, layout, tally)
        links = layout.links(tally.damage)
        while batch := await asyncio.to_thread(lambda: list(itertools.islice(links, BATCH))):
            await self._take_all(images, batch, tally)
            if move and len(kept) <= KEPT:
                kept |= await db.scan(lambda connection: _left(connection, layout, batch))
        if move:
            await db.scan(lambda connection: _remove(connection, layout, kept, tally))
        tally.end()
        ended = clock.now()
        report = tally.report(ended - started)
        told = dataclasses.asdict(report)
        await db.write(lambda connection: runs.add(connection, KIND, started, ended, told))
        return report

    async def _take_all(self, images: Images, batch: Sequence[Link], tally: Tally) -> None:
        # Not in the future, where a clock was wrong: a tag would be the newest for ever.
        now = self._backend.clock.now()
        batch = [link._replace(at=min(link.at, now)) for link in batch]
        lacking = deque(self._backend.db.read(lambda connection: rows.lacking(connection, batch)))
        tally.present += len(batch) - len(lacking)

        async def work() -> None:
            try:
                while lacking:
                    self._job.step()
                    await images.take(lacking.popleft())
            except errors.HomeportError:
                lacking.clear()
                raise

        # Each comes to the end of its image, also where another has failed: nothing is left half-done.
        ends = await asyncio.gather(*(work() for _ in range(AT_ONCE)), return_exceptions=True)
        for failure in filter(None, ends):
            raise failure


def _lacking_bytes(connection: sqlite3.Connection, layout: Layout) -> int:
    """Bytes of the blobs that are not here; in a thread, as all below."""
    total = 0
    found = layout.blobs()
    while batch := dict(itertools.islice(found, BATCH)):
        stored = rows.stored(connection, list(batch))
        total += sum(size for digest, size in batch.items() if digest not in stored)
    return total


def _left(connection: sqlite3.Connection, layout: Layout, batch: Sequence[Link]) -> set[str]:
    """What those need that could not be taken."""
    lacking = {link.digest for link in rows.lacking(connection, batch)}
    return {named for digest in lacking for named in reading.named(layout, digest)}


def _remove(connection: sqlite3.Connection, layout: Layout, kept: set[str], tally: Tally) -> None:
    """Removes from the old storage what is durable here and nothing left there needs."""
    if len(kept) > KEPT:
        return
    found = layout.blobs()
    while batch := dict(itertools.islice(found, BATCH)):
        for digest in rows.stored(connection, list(batch)) - kept:
            try:
                os.unlink(layout.blob(digest))  # noqa: PTH108 - paths are text here
            except OSError as error:
                tally.damage(layout.blob(digest), f"it could not be removed: {error.strerror}")
            else:
                tally.removed += 1
                tally.removed_bytes += batch[digest]

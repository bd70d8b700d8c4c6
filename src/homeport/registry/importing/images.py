"""Takes images over, one manifest after the other: what it needs first, then itself with its tag, in one commit."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from homeport.registry.backend import Backend
from homeport.registry.grammar import names
from homeport.registry.importing import reading, rows
from homeport.registry.importing.layout import Damaged, Layout, Link
from homeport.registry.importing.report import Tally
from homeport.registry.store import manifests
from homeport.registry.store.blobs import Blob
from homeport.storage import workers
from homeport.storage.shelving.adopting import How, Unreadable

NESTING = 16
"""Indexes in indexes. Deeper ones are taken from the inside when the import is repeated."""

ATTEMPTS = 10
"""How often an image is begun anew because something that it needs was deleted meanwhile."""


class _Taken(NamedTuple):
    blob: Blob
    how: How


class Images:
    """Takes images from one storage. Several tasks may do so at once; each blob and each manifest is read by one of them."""

    def __init__(self, backend: Backend, layout: Layout, tally: Tally) -> None:
        self._backend = backend
        self._db = backend.db
        self._content = backend.content
        self._layout = layout
        self._tally = tally

    async def take(self, link: Link) -> None:
        """Takes a tag or a revision with all that it needs. What can not be taken is counted, and named."""
        why = self._tally.hopeless(link)
        if why is not None:
            self._tally.skip(link, why)
            return
        try:
            await self._take(link, NESTING)
        except (Damaged, Unreadable) as reason:
            self._tally.skip(link, str(reason))

    async def _take(self, link: Link, nesting: int) -> None:
        # One task at a time: tags of one image are next to each other. Whoever holds an index waits for what is in it, never
        # the other way round.
        async with self._content.naming(f"{link.repository}@{link.digest}"):
            for attempt in itertools.count():
                if not self._db.read(lambda connection: rows.lacking(connection, [link])):
                    return
                if attempt == ATTEMPTS:
                    raise Damaged(
                        "what it needs was deleted while it was imported; import it again"
                    )
                await self._attempt(link, nesting)

    async def _attempt(self, link: Link, nesting: int) -> None:
        if self._absent(link.repository, [link.digest]):
            await self._manifest(link, nesting)
            return
        now = self._backend.clock.now()
        await self._db.write(lambda connection: rows.point(connection, link, now))
        self._tally.tags += 1

    def _absent(self, repository: str, digests: Sequence[str]) -> list[str]:
        return self._db.read(lambda connection: rows.absent(connection, repository, digests))

    async def _manifest(self, link: Link, nesting: int) -> None:
        manifest = await workers.SHARED.run(lambda: reading.manifest(self._layout, link.digest))
        self._tally.read(len(manifest.content))
        needed = list(manifest.document.blobs)
        for digest in self._absent(link.repository, manifest.document.manifests):
            child = await workers.SHARED.run(
                lambda: self._layout.revision(link.repository, digest)  # noqa: B023 - awaited in its turn
            )
            if child is None:
                # A blob will do, as for a push.
                needed.append(digest)
            else:
                await self._child(child, nesting)
        needed = list(dict.fromkeys(needed))
        await workers.SHARED.run(lambda: self._check(link.repository, needed))
        await self._blobs(link, manifest, needed)

    async def _child(self, child: Link, nesting: int) -> None:
        if not nesting:
            raise Damaged(f"it nests indexes more than {NESTING} deep; import it again")
        try:
            await self._take(child, nesting - 1)
        except Damaged as reason:
            raise Damaged(f"{child.digest} in it: {reason}") from reason

    def _check(self, repository: str, digests: Iterable[str]) -> None:
        """A blob that does not belong to the repository was not served from it: no manifest may get at it here either."""
        for digest in digests:
            if not self._layout.has_layer(repository, digest):
                raise Damaged(f"{digest} is missing from the repository")

    # What it needs

    async def _blobs(self, link: Link, manifest: manifests.Stored, needed: list[str]) -> None:
        lacking = self._lacking(needed)
        async with self._content.naming(*lacking):
            taken: dict[str, _Taken] = {}
            try:
                for digest in self._lacking(lacking):
                    taken[digest] = await self._blob(digest)
                unneeded = await self._put(link, manifest, taken, needed)
            except Exception as error:
                await self._content.delete(one.blob.file for one in taken.values())
                if isinstance(error, rows.Lost):
                    return
                raise
            await self._content.delete(unneeded)
        for blob, how in taken.values():
            if blob.file not in unneeded:
                self._tally.took(how, blob.size)
        self._tally.manifests += 1
        self._tally.tags += bool(link.tag)

    def _lacking(self, digests: Sequence[str]) -> list[str]:
        stored = self._db.read(lambda connection: rows.stored(connection, digests))
        return [digest for digest in digests if digest not in stored]

    async def _put(
        self, link: Link, manifest: manifests.Stored, taken: dict[str, _Taken], needed: list[str]
    ) -> list[str]:
        files = {digest: one.blob for digest, one in taken.items()}
        stored = [digest for digest in needed if digest not in files]
        image = rows.Image(link, manifest, files, stored)
        now = self._backend.clock.now()
        return await self._write(lambda connection: rows.put(connection, image, now))

    async def _write(self, work: Callable[[sqlite3.Connection], list[str]]) -> list[str]:
        counted = self._backend.manifests

        def write(connection: sqlite3.Connection) -> list[str]:
            result = work(connection)
            if counted is not None:
                counted.settle(connection)
            return result

        return await self._db.write(write)

    async def _blob(self, digest: str) -> _Taken:
        algorithm, _, encoded = digest.partition(":")
        await workers.SHARED.run(lambda: self._layout.check_blob(digest))
        digested = names.ALGORITHMS[algorithm].new()
        file, how = await self._content.adopt(
            self._layout.blob(digest), digested, on_read=self._tally.read
        )
        if digested.hexdigest() != encoded:
            await file.discard()
            raise Damaged(f"the bytes of {digest} are not what its digest says")
        # As a pushed one is called: by its digest, and by what nobody else has.
        name = await file.publish(f"{algorithm}-{encoded[:64]}{file.name[:16]}")
        return _Taken(Blob(name, file.size), how)

"""A folder of content files: the bytes of objects and layers, beside the database whose rows name them.

`ROOT/staging/NAME` is being written, `ROOT/files/ab/NAME` is published. The order of every write is: stage, write, publish,
then commit the row that names the file. Of every removal: commit that the row is gone, then delete. A stop in between leaves
a file that no row names, which the next start sweeps away; never a row without its file.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.storage import disk, names, workers
from homeport.storage.incoming.lanes import Hasher
from homeport.storage.incoming.staging import Staged
from homeport.storage.quota import Quota
from homeport.storage.shelving import adopting
from homeport.storage.shelving import sweep as sweeping
from homeport.storage.shelving.shelf import Shelf

READ_STEP = 1024 * 1024
READ_AT_ONCE = 16 * READ_STEP
"""Bytes that one visit to a thread reads back, so that a large upload does not occupy it."""


class Adopted(NamedTuple):
    """A file that was taken in from elsewhere; `publish` or `discard` its file."""

    file: Staged | adopting.Adopted
    how: adopting.How


class Content:
    """The content files under one folder, used from one event loop. One process at a time has it open.

    `quota` counts staged and published bytes; none is counted where there is none.
    """

    def __init__(
        self, root: Path, *, quota: Quota | None = None, calls: disk.Disk | None = None
    ) -> None:
        self.root = root
        self._shelf = Shelf(root, quota, calls or disk.Disk())
        self._naming: dict[str, tuple[asyncio.Lock, int]] = {}
        try:
            self._shelf.prepare(root)
        except OSError as error:
            raise disk.storage_error(f"The folder {root} could not be opened", error) from error

    def stage(self, *hashers: Hasher) -> Staged:
        """A new staged file under a random name of 32 hex digits; the hashers see every byte in order."""
        name = names.random_name()
        self._shelf.touch(name)
        return Staged(self._shelf, name, hashers)

    async def reopen(self, name: str, size: int, *hashers: Hasher, is_fed: bool = False) -> Staged:
        """A staged file that was kept: cut back to the `size` bytes that were acknowledged, and fed to the hashers.

        `is_fed`: the hashers have seen just these bytes already, which spares reading them. Raises `Corrupt` where the file
        is shorter or gone.
        """
        path = self._shelf.staging_location(name)
        self._shelf.touch(name)
        await workers.SHARED.run(lambda: self._check_kept(path, name, size))
        for start in range(0, 0 if is_fed else size, READ_AT_ONCE):
            end = min(size, start + READ_AT_ONCE)
            await workers.SHARED.run(lambda: self._feed(path, start, end, hashers))  # noqa: B023 - awaited in its turn
        counted = self._shelf.kept.pop(name, size)
        self._shelf.kept[name] = size
        if self._shelf.quota is not None:
            self._shelf.quota.release(counted - size)
        return Staged(self._shelf, name, hashers, size)

    def _check_kept(self, path: str, name: str, size: int) -> None:
        found = self._shelf.disk.size(path)
        if found is None or found < size:
            raise errors.Corrupt(
                f"The upload {name} has {found or 0:,} of its {size:,} bytes.",
                hint="Start the upload anew.",
            )

    def _feed(self, path: str, start: int, end: int, hashers: tuple[Hasher, ...]) -> None:
        try:
            fd = self._shelf.disk.open(path)
            try:
                for offset in range(start, end, READ_STEP):
                    data = self._shelf.disk.read(fd, min(READ_STEP, end - offset), offset)
                    for hasher in hashers:
                        hasher.update(data)
            finally:
                self._shelf.disk.close(fd)
        except OSError as error:
            raise disk.storage_error(f"The upload {path} could not be read", error) from error

    async def adopt(
        self, source: str, *hashers: Hasher, on_read: adopting.OnRead = lambda _: None
    ) -> Adopted:
        """Takes in a plain file that lies elsewhere and never changes: linked or cloned where the disk can, else copied.

        The hashers have seen every byte of what is ours by then. Raises `Unreadable` where the file is not what it should be,
        `StorageFull` and `StorageError` as `Staged.write` does.
        """
        shared = await adopting.share(self._shelf, source, names.random_name())
        if shared is None:
            return Adopted(await self._copy(source, hashers, on_read), adopting.How.COPIED)
        how, adopted = shared
        try:
            await adopted.feed(hashers, on_read)
        except BaseException:
            await adopted.discard()
            raise
        return Adopted(adopted, how)

    async def _copy(
        self, source: str, hashers: tuple[Hasher, ...], on_read: adopting.OnRead
    ) -> Staged:
        async with contextlib.AsyncExitStack() as stack:
            staged = await stack.enter_async_context(self.stage(*hashers))
            async for piece in adopting.whole(source):
                await staged.write(piece)
                on_read(len(piece))
            await staged.flush()
            stack.pop_all()
        return staged

    def path(self, name: str) -> Path:
        """The path of a published file."""
        return Path(self._shelf.location(name))

    def location(self, name: str) -> str:
        """The path of a published file as text, for `FileBody`: an eighth of the time."""
        return self._shelf.location(name)

    def lease(self, names: Iterable[str]) -> Callable[[], None]:
        """Keeps files in place until the returned function is called, also where they are deleted meanwhile.

        Read the rows that name the files and take the lease without awaiting in between.
        """
        return self._shelf.lease(names)

    async def delete(self, names: Iterable[str]) -> None:
        """Removes files, after the commit that forgot them; one that is leased at the end of its lease.

        Unknown names are passed over. Raises `StorageError` where the disk fails; the next start sweeps what is left.
        """
        free = self._shelf.condemn(names)
        if free:
            await self._shelf.remove(free)

    @contextlib.asynccontextmanager
    async def naming(self, *names: str) -> AsyncIterator[None]:
        """Lets one task at a time decide about names that can come twice, such as digests.

        Hold it around `publish` and the commit that names the file, and around the commit that forgets it and `delete`:
        otherwise a deletion could remove the file that an upload has published just before it.
        """
        async with contextlib.AsyncExitStack() as stack:
            for name in sorted(set(names)):
                await stack.enter_async_context(self._name_lock(name))
            yield

    @contextlib.asynccontextmanager
    async def _name_lock(self, name: str) -> AsyncIterator[None]:
        lock, holders = self._naming.get(name) or (asyncio.Lock(), 0)
        self._naming[name] = lock, holders + 1
        try:
            async with lock:
                yield
        finally:
            lock, holders = self._naming.pop(name)
            if holders > 1:
                self._naming[name] = lock, holders - 1

    def sweep(self, is_named: sweeping.Named, is_staged_named: sweeping.Named) -> sweeping.Swept:
        """Removes what an earlier process left and no commit names. Once, at start-up, in a thread; requests may run meanwhile.

        Both functions are called in that thread with at most 1,024 names and return those that rows name.
        """
        return sweeping.sweep(self._shelf, is_named, is_staged_named)

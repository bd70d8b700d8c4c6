"""The bytes of a blob that is being fetched: written to a staged file, and read by any number at their own pace."""

from __future__ import annotations

import logging
import os

from homeport import errors as faults
from homeport.registry.upstream import limits
from homeport.registry.upstream.fetching.window import Window
from homeport.storage import disk, workers
from homeport.storage.content import Content
from homeport.storage.incoming import staging

_log = logging.getLogger(__name__)


class Spool:
    """Who keeps up reads from memory, who is behind from the file. So memory is flat, and nobody slows down the others.

    Where the file can not be written (quota, full disk) it goes on in memory alone, at the pace of the slowest.
    """

    def __init__(self, content: Content) -> None:
        self._staged: staging.Staged | None = content.stage()
        self._path = content.root / "staging" / self._staged.name
        self._window = Window()
        self._on_file = 0
        self._descriptor: int | None = None

    @property
    def size(self) -> int:
        """Bytes that have come."""
        return self._window.end

    @property
    def staged(self) -> staging.Staged | None:
        """The file; None once it can not be kept."""
        return self._staged

    @property
    def is_whole(self) -> bool:
        """Whether it can still be read from the beginning."""
        return self._window.start <= self._on_file

    def is_crowded(self, slowest: int) -> bool:
        """Whether the next bytes must wait for the slowest reader, which is at that offset."""
        if self._staged is not None:
            return False
        self._window.drop(max(slowest, self._on_file))
        return self._window.end - self._window.start >= limits.HELD

    async def add(self, data: bytes) -> None:
        """Takes the next bytes."""
        self._window.put(data)
        if self._staged is None:
            return
        try:
            await self._store(self._staged, data)
        except faults.StorageError as error:
            await self.give_up(error)

    async def give_up(self, error: faults.StorageError) -> None:
        """Goes on without the file; what was written of it can still be read."""
        if self._staged is not None:
            staged, self._staged = self._staged, None
            _log.warning("A blob of an upstream is passed through and not kept: %s", error.what)
            await staged.discard()

    async def _store(self, staged: staging.Staged, data: bytes) -> None:
        await staged.write(data)
        # Below that a flush does not reach the file.
        if staged.size - self._on_file <= staging.SMALL:
            return
        await staged.flush()
        if self._descriptor is None:
            self._descriptor = await self._open()
        self._on_file = staged.size
        self._window.drop(min(self._on_file, self._window.end - limits.WINDOW))

    async def _open(self) -> int:
        opened: list[int] = []

        def job() -> int:
            try:
                opened.append(os.open(self._path, os.O_RDONLY | os.O_CLOEXEC))
            except OSError as error:
                what = f"The upload {self._path} could not be read"
                raise disk.storage_error(what, error) from error
            return opened[0]

        return await workers.SHARED.run(job, on_lost=lambda: os.close(opened[0]))

    async def read(self, offset: int) -> bytes:
        """Some bytes from an offset on; none where they have not come yet, or are gone. Raises `StorageError`."""
        data = self._window.at(offset)
        if data or self._descriptor is None or offset >= self._on_file:
            return data
        descriptor, length = self._descriptor, min(limits.PIECE, self._on_file - offset)
        return await workers.SHARED.run(lambda: _read(descriptor, length, offset))

    def close(self) -> None:
        """Lets go of the file."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)


def _read(descriptor: int, length: int, offset: int) -> bytes:
    try:
        return os.pread(descriptor, length, offset)
    except OSError as error:
        raise disk.storage_error("A blob on its way could not be read", error) from error

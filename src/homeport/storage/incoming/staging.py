"""A file being written: gathered on the event loop, hashed and written on threads, then published or removed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import Self

from homeport import errors
from homeport.storage import disk, workers
from homeport.storage.incoming.lanes import Flow, Hasher, Piece, feed
from homeport.storage.incoming.staged_file import StagedFile
from homeport.storage.shelving.shelf import Shelf

STEP = 1024 * 1024
"""Bytes gathered before they go to the threads."""
IN_FLIGHT = 3 * STEP
"""Bytes on the threads above which the writer waits; with what is being gathered, about 4 MiB are held per upload."""
TIGHT = 16 * STEP
"""Bytes that all uploads may hold together; above, each waits for every piece. Measured with 100 at a time over HTTP: 65 MiB more
than an idle process, instead of 280, and as fast."""
SMALL = 64 * 1024
"""Up to here bytes are hashed on the loop: it takes less than to wake a thread and be woken by it."""


class Staged:
    """One file that nobody sees yet. Used by one task at a time.

    It ends with `publish`, `discard`, `revert` or an error. After the last three nothing of it is left but what `keep` made
    durable. As an `async with` it reverts at the end of the block, where it has not ended before.
    """

    def __init__(
        self, shelf: Shelf, name: str, hashers: tuple[Hasher, ...], kept: int | None = None
    ) -> None:
        self.name = name
        self.size = kept or 0
        """Bytes given to it so far."""
        self._shelf = shelf
        self._file = StagedFile(shelf.disk, shelf.staging_location(name), kept)
        self._hashers = hashers
        self._kept = kept
        self._gathered: list[Piece] = []
        self._gathered_size = 0
        self._hashed: list[Piece] = []
        feeds = [functools.partial(feed, hasher) for hasher in hashers]
        self._flow = Flow([self._file.append, *feeds], self._let_go)
        self._held = 0
        """Bytes of it that count among those that the shelf holds in memory."""
        self._failure: BaseException | None = None
        self._has_ended = False
        self._is_published = False

    async def write(self, data: bytes) -> None:
        """Takes the next bytes; waits while too many are on their way.

        Raises `StorageFull` above the quota or on a full disk, `StorageError` where the disk fails.
        """
        if self._has_ended:
            self._refuse()
        if not data:
            # A step of no bytes is waited for by nobody: it would meet the close of the file, or its rename, that comes after it.
            return
        if len(data) <= STEP:
            await self._take(data)
            return
        whole = memoryview(data)
        for start in range(0, len(data), STEP):
            await self._take(whole[start : start + STEP])

    async def _take(self, data: Piece) -> None:
        if self._shelf.quota is not None:
            try:
                self._shelf.quota.reserve(len(data))
            except errors.StorageError as error:
                raise await self._fail(error) from None
        self.size += len(data)
        self._gathered.append(data)
        self._gathered_size += len(data)
        self._let_go(-len(data))
        is_tight = self._shelf.held > TIGHT
        if is_tight or self._gathered_size >= STEP:
            self._send()
            room = 0 if is_tight else IN_FLIGHT
            if self._flow.in_flight > room:
                await self._land(room)

    async def flush(self) -> None:
        """Returns when the hashers have seen every byte. Nothing is durable yet."""
        if self._has_ended:
            self._refuse()
        if self._flow.has_begun or self._gathered_size > SMALL:
            self._send()
            await self._land(0)
        else:
            self._hash_gathered()

    async def keep(self) -> None:
        """Makes what was written durable as it is, still staged, and closes the file. It may be written to again.

        A later failure, or `revert`, goes back to here. `Content.reopen` goes on from here, after a restart too.
        """
        await self._finish(self._keep)
        self._kept = self.size
        self._shelf.kept[self.name] = self.size

    def _keep(self) -> None:
        self._file.sync()
        if self._kept is None:
            self._shelf.folders.sync(self._shelf.staging)

    async def publish(self, name: str | None = None) -> str:
        """Makes the file durable under its published name (its own where none is given) and returns that.

        A file that has the name already is replaced in the same instant. Then commit the row that names it. Where the caller is
        cancelled meanwhile, a file under its own name is removed again.
        """
        target = name or self.name
        location = self._shelf.location(target)
        await self._finish(
            functools.partial(self._publish, target, location),
            functools.partial(self._lost, target),
        )
        self._end_published()
        return target

    def _publish(self, target: str, location: str) -> None:
        self._file.sync()
        self._shelf.place(self._file.path, target, location, is_own=target == self.name)

    def _end_published(self) -> None:
        self._has_ended = self._is_published = True
        self._let_go(self._held)
        self._shelf.kept.pop(self.name, None)

    def _lost(self, target: str) -> None:
        self._end_published()
        if target == self.name:
            self._shelf.remove_later(self._shelf.condemn([target]))

    async def revert(self) -> None:
        """Gives up what was written since `keep`: all of it where nothing was kept. Harmless after the end."""
        if self._has_ended:
            return
        if self._kept == self.size:
            self._has_ended = True
        else:
            await self._end(self._kept)

    async def discard(self) -> None:
        """Removes the file with all that was written and kept. Harmless after the end."""
        if not self._has_ended:
            await self._end(None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.revert()

    # Between the loop and the threads

    def _refuse(self) -> None:
        raise self._failure or errors.StorageError(f"The staged file {self.name} has ended.")

    def _hash_gathered(self) -> None:
        for hasher in self._hashers:
            feed(hasher, self._gathered)
        self._hashed += self._gathered
        self._gathered, self._gathered_size = [], 0

    def _send(self) -> None:
        """Hands what was gathered to the threads; what was hashed before goes to the file only."""
        if self._hashed:
            self._flow.put(self._hashed, sum(map(len, self._hashed)), lanes=1)
            self._hashed = []
        if self._gathered:
            self._flow.put(self._gathered, self._gathered_size)
            self._gathered, self._gathered_size = [], 0

    def _let_go(self, size: int) -> None:
        self._held -= size
        self._shelf.held -= size

    async def _land(self, room: int) -> None:
        await self._flow.settle(room)
        failure = self._flow.failure
        if failure is not None:
            raise await self._fail(failure)

    async def _finish(
        self, job: Callable[[], None], on_lost: Callable[[], None] | None = None
    ) -> None:
        """Brings all bytes to the file, then runs `job` on a thread: in one go where no lane was needed."""
        if self._has_ended:
            self._refuse()
        if self._flow.has_begun or self._gathered_size > STEP:
            self._send()
            await self._land(0)
        # Stands for the job, so that a clean-up after a cancellation waits for its end.
        self._flow.enter(1)
        try:
            await workers.SHARED.run(
                functools.partial(self._write_all, job),
                functools.partial(self._flow.leave, 1),
                on_lost,
            )
        except (OSError, errors.StorageError) as error:
            raise await self._fail(error) from error
        # What was hashed on the loop went past the lanes, which tell of the rest.
        self._let_go(self._held)

    def _write_all(self, job: Callable[[], None]) -> None:
        if self._gathered:
            self._hash_gathered()
        if self._hashed:
            self._file.append(self._hashed)
            self._hashed = []
        job()

    # Endings

    async def _fail(self, error: BaseException) -> BaseException:
        """Ends with an error, and returns it as the caller shall see it."""
        if isinstance(error, OSError):
            error = disk.storage_error(f"The upload {self.name} could not be stored", error)
        self._failure = error
        await self._end(self._kept)
        return error

    async def _end(self, left: int | None) -> None:
        """Cuts the file back to `left` bytes, or removes it; goes on to the end where the caller is cancelled."""
        self._has_ended = True
        self._flow.give_up()
        await self._shelf.to_the_end(self._clean(left))

    async def _clean(self, left: int | None) -> None:
        await self._flow.settle(0)
        self._let_go(self._held)
        if self._is_published:
            return
        self._gathered, self._hashed = [], []
        if left is None:
            self._shelf.kept.pop(self.name, None)
            await self._shelf.clean(self._file.remove)
        else:
            await self._shelf.clean(functools.partial(self._file.cut, left))
        if self._shelf.quota is not None:
            self._shelf.quota.release(self.size - (left or 0))

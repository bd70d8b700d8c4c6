"""Files that lie elsewhere and become content files without their bytes being written again.

A hard link where the file system is the same: a second name of the very bytes, so it is for files that nobody changes in place.
Else a clone, which shares blocks until either is changed. What neither is possible for has to be copied.
https://man7.org/linux/man-pages/man2/link.2.html
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import errno
import fcntl
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator

from homeport import errors
from homeport.storage import disk, workers
from homeport.storage.incoming.lanes import Hasher
from homeport.storage.shelving.shelf import Shelf

READ_STEP = 1024 * 1024
READ_AT_ONCE = 16 * READ_STEP
"""Bytes that one visit to a thread reads, so that a large file does not occupy it."""

FICLONE = 0x40049409
"""Shares the blocks of a whole file: https://man7.org/linux/man-pages/man2/ioctl_ficlone.2.html. `copy_file_range` may do so too,
but does not say whether it did, and what it copied would have to be read a second time for the digest."""

_NO_LINK = frozenset(
    {
        errno.EXDEV,  # another file system
        errno.EPERM,  # one without links, or a file of somebody else (fs.protected_hardlinks)
        errno.EACCES,
        errno.EMLINK,
        errno.EOPNOTSUPP,
    }
)
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})

OnRead = Callable[[int], None]
"""Told on the event loop of bytes that were read."""


class How(enum.StrEnum):
    """What an adopted file shares with the one that it came from."""

    LINKED = "linked"
    """Everything: it is the same file."""
    CLONED = "cloned"
    """Its blocks, until either is changed."""
    COPIED = "copied"
    """Nothing."""


class Unreadable(errors.StorageError):
    """A file that lies elsewhere can not be read. Our own are as they were."""

    def __init__(self, source: str, error: OSError) -> None:
        super().__init__(f"{source} could not be read: {error.strerror or error}.")


class Adopted:
    """A link or a clone under a staged name. Ends with `publish`, `discard` or an error, which leave nothing else of it."""

    def __init__(self, shelf: Shelf, source: str, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self._shelf = shelf
        self._source = source
        self._path = shelf.staging_location(name)

    async def feed(self, hashers: tuple[Hasher, ...], on_read: OnRead) -> None:
        """Shows every byte to the hashers: those of the file that is ours by now, whatever becomes of the other name."""
        for start in range(0, self.size, READ_AT_ONCE):
            length = min(READ_AT_ONCE, self.size - start)
            await workers.SHARED.run(lambda: self._feed(start, length, hashers))  # noqa: B023 - awaited in its turn
            on_read(length)

    def _feed(self, start: int, length: int, hashers: tuple[Hasher, ...]) -> None:
        for piece in pieces(self._path, self._source, start, length):
            for hasher in hashers:
                hasher.update(piece)

    async def publish(self, name: str) -> str:
        """Makes the file durable under a published name that nobody else has, and returns that. Then commit the row that names it."""
        location = self._shelf.location(name)
        self._shelf.touch(name)

        def lose() -> None:
            self._shelf.remove_later(self._shelf.condemn([name]))

        try:
            await workers.SHARED.run(lambda: self._publish(name, location), on_lost=lose)
        except asyncio.CancelledError:
            lose()
            raise
        except OSError as error:
            await self.discard()
            raise disk.storage_error(f"{self._source} could not be taken over", error) from error
        return name

    def _publish(self, name: str, location: str) -> None:
        # Whoever wrote it may not have synced it.
        fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._shelf.disk.sync(fd)
        finally:
            self._shelf.disk.close(fd)
        self._shelf.place(self._path, name, location, is_own=True)

    async def discard(self) -> None:
        """Removes the staged name; goes on to the end where the caller is cancelled."""
        await self._shelf.to_the_end(self._discard())

    async def _discard(self) -> None:
        await self._shelf.clean(lambda: self._shelf.disk.unlink(self._path))
        if self._shelf.quota is not None:
            self._shelf.quota.release(self.size)


async def share(shelf: Shelf, source: str, name: str) -> tuple[How, Adopted] | None:
    """Links or clones a plain file under a staged name; None where neither can be done.

    Raises `Unreadable`, and `StorageError` where there is no room or the disk fails.
    """
    size = await workers.SHARED.run(lambda: _size(source))
    shelf.touch(name)
    if shelf.quota is not None:
        shelf.quota.reserve(size, takes_space=False)
    adopted = Adopted(shelf, source, name, size)
    how: How | None = None
    try:
        how = await workers.SHARED.run(
            lambda: _share(shelf, source, name), on_lost=lambda: _lost(shelf, name)
        )
    except OSError as error:
        raise disk.storage_error(f"{source} could not be taken over", error) from error
    except asyncio.CancelledError:
        # It may have been done already, with nobody told.
        _lost(shelf, name)
        raise
    finally:
        if how is None and shelf.quota is not None:
            shelf.quota.release(size)
    return (how, adopted) if how is not None else None


def _lost(shelf: Shelf, name: str) -> None:
    """Nobody waits for it any more."""

    def remove() -> None:
        with contextlib.suppress(FileNotFoundError):
            shelf.disk.unlink(shelf.staging_location(name))

    workers.SHARED.submit(lambda: shelf.log_failure(remove))


def _share(shelf: Shelf, source: str, name: str) -> How | None:
    staged = shelf.staging_location(name)
    try:
        link(source, staged)
    except OSError as error:
        if error.errno in _GONE:
            raise Unreadable(source, error) from error
        if error.errno not in _NO_LINK:
            raise
    else:
        return How.LINKED
    return How.CLONED if _clone(shelf, source, staged) else None


def link(source: str, target: str) -> None:
    """Gives a file a second name."""
    os.link(source, target, follow_symlinks=False)


def _clone(shelf: Shelf, source: str, staged: str) -> bool:
    try:
        read = open_plain(source)
    except OSError as error:
        raise Unreadable(source, error) from error
    try:
        write = shelf.disk.create(staged)
        try:
            clone(read, write)
        except OSError:
            # Whatever the reason, a copy will do, or meet it again.
            shelf.disk.unlink(staged)
            return False
        finally:
            shelf.disk.close(write)
    finally:
        os.close(read)
    return True


def clone(source: int, target: int) -> None:
    """Makes an open file share the blocks of another."""
    fcntl.ioctl(target, FICLONE, source)


def open_plain(path: str) -> int:
    """Opens a plain file for reading. Raises `OSError` for a link, a pipe, a device."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "not a plain file")
    return fd


def _size(source: str) -> int:
    try:
        fd = open_plain(source)
    except OSError as error:
        raise Unreadable(source, error) from error
    try:
        return os.fstat(fd).st_size
    finally:
        os.close(fd)


async def whole(source: str) -> AsyncIterator[bytes]:
    """All bytes of a plain file. Raises `Unreadable`."""
    size = await workers.SHARED.run(lambda: _size(source))
    for start in range(0, size, READ_STEP):
        length = min(READ_STEP, size - start)
        yield await workers.SHARED.run(lambda: next(pieces(source, source, start, length)))  # noqa: B023 - awaited in its turn


def pieces(path: str, source: str, start: int, length: int) -> Iterator[bytes]:
    """The bytes of a part of a plain file. Raises `Unreadable`, with the name of the source, also where it is shorter."""
    try:
        fd = open_plain(path)
        try:
            for offset in range(start, start + length, READ_STEP):
                wanted = min(READ_STEP, start + length - offset)
                piece = os.pread(fd, wanted, offset)
                if len(piece) < wanted:
                    raise OSError(errno.EIO, "it is shorter than it was")
                yield piece
        finally:
            os.close(fd)
    except OSError as error:
        raise Unreadable(source, error) from error

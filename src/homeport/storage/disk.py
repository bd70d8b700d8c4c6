"""The file-system calls of the content files, in one place: tests put one in their way and look at what is left.

https://man7.org/linux/man-pages/man2/fsync.2.html: a file's sync does not sync the folder entry that names it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence

from homeport import errors

FILE_MODE = 0o600
FOLDER_MODE = 0o700
MANY_PIECES = 64
"""From here on pieces are joined: IOV_MAX is 1024, and a copy is cheaper than many small vectors."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_CAN_ADVISE = hasattr(os, "posix_fadvise")


class Disk:
    """Calls of the operating system, each of which may raise `OSError`."""

    def create(self, path: str) -> int:
        """Opens a new file for writing; it must not be there yet."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)

    def open(self, path: str) -> int:
        """Opens a file that is there, for reading and writing."""
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def write(self, fd: int, pieces: Sequence[bytes | memoryview]) -> None:
        """Appends all pieces."""
        if len(pieces) > MANY_PIECES:
            pieces = [b"".join(pieces)]
        rest = sum(map(len, pieces)) - os.writev(fd, pieces)
        if rest:
            left = memoryview(b"".join(pieces))[-rest:]
            while left:
                left = left[os.write(fd, left) :]

    def start_write_back(self, fd: int, offset: int, length: int) -> None:
        """Asks the kernel to begin writing a range to the disk, so that the sync at the end finds little to do.

        Linux starts write-back of dirty pages on this advice, and keeps those pages in its cache:
        https://man7.org/linux/man-pages/man2/posix_fadvise.2.html. Measured with 64 MiB: the last fsync takes 2 ms instead of 30.
        """
        if _CAN_ADVISE:
            os.posix_fadvise(fd, offset, length, os.POSIX_FADV_DONTNEED)

    def sync(self, fd: int) -> None:
        """Returns when the file's bytes and size are durable."""
        os.fsync(fd)

    def close(self, fd: int) -> None:
        """Closes a file."""
        os.close(fd)

    def cut(self, fd: int, size: int) -> None:
        """Shortens a file to `size` bytes and stands at its end."""
        os.ftruncate(fd, size)
        os.lseek(fd, size, os.SEEK_SET)

    def size(self, path: str) -> int | None:
        """Bytes of a plain file; None where there is none."""
        try:
            found = os.lstat(path)
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def read(self, fd: int, length: int, offset: int) -> bytes:
        """Up to `length` bytes from `offset`."""
        return os.pread(fd, length, offset)

    def rename(self, source: str, target: str) -> None:
        """Gives a file its name; a file of that name is replaced in the same instant."""
        os.replace(source, target)  # noqa: PTH105 - paths are text here

    def unlink(self, path: str) -> None:
        """Removes a file."""
        os.unlink(path)  # noqa: PTH108 - paths are text here

    def names(self, folder: str) -> list[str]:
        """The names in a folder."""
        return os.listdir(folder)  # noqa: PTH208 - 100,000 names and no objects

    def make_folder(self, path: str) -> None:
        """Makes a folder where there is none."""
        os.makedirs(path, FOLDER_MODE, exist_ok=True)  # noqa: PTH103 - paths are text here

    def sync_folder(self, path: str) -> None:
        """Returns when the names in a folder are durable."""
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def storage_error(what: str, error: OSError) -> errors.StorageError:
    """The error for the reader of `what` failed, and on which file."""
    if error.errno in _FULL:
        return errors.StorageFull(
            f"{what}: the disk is full.", hint="Free space on it, then try again."
        )
    return errors.StorageError(
        f"{what}: {error.strerror or error}.",
        hint="Check the folder's rights and the disk (dmesg), then try again.",
    )

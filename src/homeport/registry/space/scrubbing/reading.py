"""Reads content files again and compares them with what they should be. For threads."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence

from homeport.registry.grammar import names

READ = 1024 * 1024
"""Bytes of one read."""

_CAN_ADVISE = hasattr(os, "posix_fadvise")


class Reading:
    """One file that is being read. Afterwards `damage` or `trouble` says what is wrong, if anything is."""

    def __init__(self, path: str, digest: str, size: int) -> None:
        self.is_done = False
        self.damage = ""
        """How the file differs from what it should be."""
        self.trouble = ""
        """Why it could not be read: which says nothing about its bytes."""
        self._path = path
        self._digest = digest
        self._size = size
        self._fd = -1
        self._offset = 0
        self._hash = names.ALGORITHMS[names.algorithm(digest)].new()

    def go_on(self, limit: int) -> int:
        """Reads up to `limit` bytes more, but one step at least; returns how many."""
        start = self._offset
        with self._noting_trouble():
            if self._fd < 0:
                self._open()
            while not self.is_done and (self._offset == start or self._offset - start < limit):
                self._step()
        return self._offset - start

    @contextlib.contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            self._end(damage="there is no file")
        except OSError as error:
            self._end(trouble=error.strerror or str(error))

    def _open(self) -> None:
        self._fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        found = os.fstat(self._fd)
        if not stat.S_ISREG(found.st_mode):
            self._end(damage="it is no file")
        elif found.st_size != self._size:
            self._end(damage=f"it has {found.st_size} bytes")

    def _step(self) -> None:
        data = os.pread(self._fd, READ, self._offset)
        self._hash.update(data)
        if _CAN_ADVISE:
            # What is read only to be checked must not push out of memory what is pulled.
            os.posix_fadvise(self._fd, self._offset, len(data), os.POSIX_FADV_DONTNEED)
        self._offset += len(data)
        if not data or self._offset >= self._size:
            actual = f"{names.algorithm(self._digest)}:{self._hash.hexdigest()}"
            self._end(damage="" if actual == self._digest else f"its digest is {actual}")

    def _end(self, *, damage: str = "", trouble: str = "") -> None:
        self.damage, self.trouble, self.is_done = damage, trouble, True
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)


def go_on(readings: Sequence[Reading], limit: int) -> int:
    """Reads up to about `limit` bytes of several files; returns how many."""
    read = 0
    for reading in readings:
        while not reading.is_done and read < limit:
            read += reading.go_on(limit - read)
    return read

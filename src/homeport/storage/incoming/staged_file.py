"""The file behind a staged upload, as the worker threads see it: opened when first needed, appended to, synced, removed."""

from __future__ import annotations

import contextlib

from homeport.storage.disk import Disk
from homeport.storage.incoming.lanes import Pieces

WRITE_BACK = 4 * 1024 * 1024
"""Bytes after which the kernel is asked to begin writing them to the disk."""


class StagedFile:
    """One file in the staging folder. Its calls come from threads, never two at a time; each may raise `OSError`."""

    __slots__ = ("_advised", "_disk", "_fd", "_is_new", "_written", "path")

    def __init__(self, disk: Disk, path: str, size: int | None) -> None:
        self.path = path
        self._disk = disk
        self._fd: int | None = None
        self._is_new = size is None
        self._written = self._advised = size or 0

    def _open(self) -> int:
        if self._fd is None:
            if self._is_new:
                self._fd = self._disk.create(self.path)
                self._is_new = False
            else:
                self._fd = self._disk.open(self.path)
                self._disk.cut(self._fd, self._written)
        return self._fd

    def append(self, pieces: Pieces) -> None:
        """Writes the next pieces, and has the kernel begin to write back what has gathered."""
        fd = self._open()
        self._disk.write(fd, pieces)
        self._written += sum(map(len, pieces))
        if self._written - self._advised >= WRITE_BACK:
            self._disk.start_write_back(fd, self._advised, self._written - self._advised)
            self._advised = self._written

    def sync(self) -> None:
        """Makes all of it durable, then closes it."""
        self._disk.sync(self._open())
        self.close()

    def close(self) -> None:
        """Closes it, where it is open."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            self._disk.close(fd)

    def cut(self, size: int) -> None:
        """Shortens it to `size` bytes and closes it."""
        self._written = min(self._written, size)
        self._disk.cut(self._open(), size)
        self.close()

    def remove(self) -> None:
        """Closes and removes it, where it was ever made."""
        self.close()
        if not self._is_new:
            with contextlib.suppress(FileNotFoundError):
                self._disk.unlink(self.path)

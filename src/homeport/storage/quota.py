"""How many bytes content files may take: a limit of our own, and a floor under the disk's free space."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from homeport import errors
from homeport.clock import Clock
from homeport.storage import disk

LOOK_EVERY_S = 1.0


class FreeSpace:
    """The free space of the disk under `path`, looked up once a second at most and counted in between."""

    def __init__(self, path: Path, floor: int, clock: Clock) -> None:
        self.path = path
        self.floor = floor
        """Bytes that must stay free, so that SQLite and the rest of the machine can go on."""
        self._clock = clock
        self._looked_at = float("-inf")
        self._free = 0

    def take(self, size: int) -> None:
        """Counts `size` bytes as used; raises `StorageFull` where less than the floor would stay free."""
        now = self._clock.now()
        if abs(now - self._looked_at) >= LOOK_EVERY_S:
            self._free = self._look()
            self._looked_at = now
        if self._free - size < self.floor:
            raise errors.StorageFull(
                f"The disk of {self.path} has {self._free:,} bytes free; {self.floor:,} must stay free.",
                hint="Free space on it, then try again.",
            )
        self._free -= size

    def give(self, size: int) -> None:
        """Counts `size` bytes as free again: room that was just made need not wait for the next look."""
        self._free += size

    def _look(self) -> int:
        try:
            found = os.statvfs(self.path)
        except OSError as error:
            raise disk.storage_error(
                f"The free space of {self.path} is not known", error
            ) from error
        return found.f_bavail * found.f_frsize


class Quota:
    """Bytes in use against a limit. Used from the event loop and from worker threads.

    `used` at the start is the sum of what the rows name: published files, and staged ones that are kept.
    """

    def __init__(
        self, limit: int | None, used: int = 0, *, free_space: FreeSpace | None = None
    ) -> None:
        self.limit = limit
        self.used = used
        self._free_space = free_space
        self._lock = threading.Lock()

    def reserve(self, size: int, *, takes_space: bool = True) -> None:
        """Takes `size` bytes, or raises `StorageFull` and takes none. `takes_space`: they are still to be written to the disk."""
        with self._lock:
            if self.limit is not None and self.used + size > self.limit:
                raise errors.StorageFull(
                    f"The quota of {self.limit:,} bytes is used up ({self.used:,} in use, {size:,} more asked for).",
                    hint="Delete what is no longer needed, or raise the quota.",
                )
            if takes_space and self._free_space is not None:
                self._free_space.take(size)
            self.used += size

    def overdraw(self, size: int) -> None:
        """Takes `size` bytes whether they fit or not: for what makes room, and needs a little of it first."""
        self.release(-size)

    def release(self, size: int) -> None:
        """Gives `size` bytes back."""
        with self._lock:
            self.used -= size
            if self._free_space is not None:
                self._free_space.give(size)


class Rows:
    """Bytes that rows hold themselves, counted against a quota too. Triggers keep their sum in the database."""

    def __init__(self, quota: Quota, total: Callable[[sqlite3.Connection], int], used: int) -> None:
        self._quota = quota
        self._total = total
        self._used = used
        """What of the quota they take now."""

    def settle(self, connection: sqlite3.Connection) -> None:
        """To be called at the end of a write: takes what it has added, or raises `StorageFull`, which undoes the write.

        It asks the database each time, so what a failed commit has left uncounted is made up for by the next write.
        """
        total = self._total(connection)
        if total > self._used:
            self._quota.reserve(total - self._used)
        elif total < self._used:
            self._quota.release(self._used - total)
        self._used = total

"""The database of Lambda, its pages counted against the quota."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from homeport.errors import StorageFull
from homeport.storage.db import Database
from homeport.storage.quota import Quota

T = TypeVar("T")
Connection = sqlite3.Connection

_GROWING = (
    "aliases",
    "event",
    "functions",
    "layer_versions",
    "mappings",
    "settings",
    "urls",
    "versions",
)
"""What clients add to. What ends an event, or says how far a stream was read, is written also where there is no room."""
_ROWS = " + ".join(f"(SELECT count(*) FROM {table})" for table in _GROWING)  # noqa: S608 - our own names


class Counted(Database):
    """A database whose writes raise `StorageFull`, and are undone, where what clients add no longer fits."""

    def __init__(self, path: Path, migrations: Sequence[str], quota: Quota) -> None:
        super().__init__(path, migrations)
        self._quota = quota
        with self.snapshot() as connection:
            self._held = _pages(connection)
        quota.overdraw(self._held)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """As of every database."""

        def counted(connection: Connection) -> T:
            result = work(connection)
            self._count(connection, may_refuse=True)
            return result

        def weighed(connection: Connection) -> T:
            before = _rows(connection)
            result = work(connection)
            self._count(connection, may_refuse=_rows(connection) > before)
            return result

        try:
            return await super().write(counted)
        except StorageFull:
            # Only now, as weighing costs more: does it make things fuller at all?
            return await super().write(weighed)

    def _count(self, connection: Connection, *, may_refuse: bool) -> None:
        """Takes what a write has added. It asks anew each time, so what a failed commit left is made up for by the next."""
        used = _pages(connection)
        if used > self._held:
            take = self._quota.reserve if may_refuse else self._quota.overdraw
            take(used - self._held)
        else:
            self._quota.release(self._held - used)
        self._held = used


def _pages(connection: Connection) -> int:
    """Bytes of the pages in use."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int((pages - free) * size)


def _rows(connection: Connection) -> int:
    (found,) = connection.execute(f"SELECT {_ROWS}").fetchone()
    return int(found)

"""The database of DynamoDB, all of it counted against the quota."""

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

_PAGES = "PRAGMA page_count"
_FREE_PAGES = "PRAGMA freelist_count"
_ITEMS = "SELECT coalesce(sum(bytes), 0) FROM spaces WHERE NOT is_dropped"
_REMEMBERED = (
    "SELECT coalesce((SELECT max(seq) FROM stream_records), 0)"
    " + coalesce((SELECT max(seq) FROM history), 0)"
)


class Counted(Database):
    """A database whose writes raise `StorageFull`, and are undone, where what they add no longer fits.

    It counts the pages that are in use: items, indexes, streams, history and whatever else there is, at the price of two reads of
    the file's header for each write. What adds no item, deletes and all that goes on in the background to make room, is done
    also where the quota is used up.
    """

    def __init__(
        self, path: Path, migrations: Sequence[str], quota: Quota, *, page_size: int
    ) -> None:
        super().__init__(path, migrations, page_size=page_size)
        self._quota = quota
        with self.snapshot() as connection:
            # That of a database which is there already may be another.
            (self._page_size,) = connection.execute("PRAGMA page_size").fetchone()
            self._held = self._size_in(connection)
        quota.overdraw(self._held)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """As of every database."""

        def counted(connection: Connection) -> T:
            result = work(connection)
            self._count(connection, may_refuse=True)
            return result

        def weighed(connection: Connection) -> T:
            before = _added(connection)
            result = work(connection)
            self._count(connection, may_refuse=_added(connection) > before)
            return result

        try:
            return await super().write(counted)
        except StorageFull:
            # Only now, as weighing costs more: does it make things fuller at all?
            return await super().write(weighed)

    def _count(self, connection: Connection, *, may_refuse: bool) -> None:
        """Takes what the writes have added. It asks anew each time, so what a failed commit left is made up for by the next."""
        size = self._size_in(connection)
        if size > self._held:
            take = self._quota.reserve if may_refuse else self._quota.overdraw
            take(size - self._held)
        elif size < self._held:
            self._quota.release(self._held - size)
        self._held = size

    def _size_in(self, connection: Connection) -> int:
        (pages,) = connection.execute(_PAGES).fetchone()
        (free,) = connection.execute(_FREE_PAGES).fetchone()
        return int((pages - free) * self._page_size)


def _added(connection: Connection) -> tuple[int, int]:
    """Grows where items do, or where changes are remembered that leave the items as long as they were."""
    (items,) = connection.execute(_ITEMS).fetchone()
    (remembered,) = connection.execute(_REMEMBERED).fetchone()
    return items, remembered

"""A database whose pages count against the quota."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from homeport.errors import StorageFull
from homeport.storage import connection as connections
from homeport.storage.db import Database
from homeport.storage.quota import Quota

T = TypeVar("T")
Connection = sqlite3.Connection


class Counted(Database):
    """A database whose writes raise `StorageFull`, and are undone, where what they add no longer fits.

    It counts the pages that are in use, at the price of two reads of the file's header for each write. `added` gives something
    that grows where a write makes things fuller: others, which delete or go on in the background to make room, are done also
    where the quota is used up.
    """

    def __init__(
        self,
        path: Path,
        migrations: Sequence[str],
        quota: Quota,
        added: Callable[[Connection], Any],
        *,
        page_size: int = connections.PAGE_SIZE,
    ) -> None:
        super().__init__(path, migrations, page_size=page_size)
        self._quota = quota
        self._added = added
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
            before = self._added(connection)
            result = work(connection)
            self._count(connection, may_refuse=self._added(connection) > before)
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
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        return int((pages - free) * self._page_size)

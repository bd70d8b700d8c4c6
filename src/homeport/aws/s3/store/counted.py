"""The database of S3, with the bytes of small bodies counted against the quota."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from homeport.storage.db import Database
from homeport.storage.quota import Quota, Rows

T = TypeVar("T")


class Counted(Database):
    """A database whose writes raise `StorageFull`, and are undone, where small bodies no longer fit.

    What rows name when it is opened is counted before the first request: content files and small bodies.
    """

    def __init__(self, path: Path, migrations: Sequence[str], quota: Quota) -> None:
        super().__init__(path, migrations)
        ((files, inline),) = self.query("SELECT files, inline FROM totals")
        quota.used += files + inline
        self._rows = Rows(quota, _inline, inline)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> Coroutine[Any, Any, T]:
        """As of every database."""
        rows = self._rows

        def counted(connection: sqlite3.Connection) -> T:
            result = work(connection)
            rows.settle(connection)
            return result

        return super().write(counted)


def _inline(connection: sqlite3.Connection) -> int:
    (total,) = connection.execute("SELECT inline FROM totals").fetchone()
    return int(total)

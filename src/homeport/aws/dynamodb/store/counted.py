"""The database of DynamoDB, all of it counted against the quota."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from homeport.storage.counted import Counted
from homeport.storage.quota import Quota

_ITEMS = "SELECT coalesce(sum(bytes), 0) FROM spaces WHERE NOT is_dropped"
_REMEMBERED = (
    "SELECT coalesce((SELECT max(seq) FROM stream_records), 0)"
    " + coalesce((SELECT max(seq) FROM history), 0)"
)


def opened(path: Path, migrations: Sequence[str], quota: Quota, page_size: int) -> Counted:
    """Items, indexes, streams, history and whatever else there is, counted by the pages in use."""
    return Counted(path, migrations, quota, _added, page_size=page_size)


def _added(connection: sqlite3.Connection) -> tuple[int, int]:
    """Grows where items do, or where changes are remembered that leave the items as long as they were."""
    (items,) = connection.execute(_ITEMS).fetchone()
    (remembered,) = connection.execute(_REMEMBERED).fetchone()
    return items, remembered

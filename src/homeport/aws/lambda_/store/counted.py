"""The database of Lambda, its pages counted against the quota."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from homeport.storage.counted import Counted
from homeport.storage.quota import Quota

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


def opened(path: Path, migrations: Sequence[str], quota: Quota) -> Counted:
    """Functions, events and whatever else there is, counted by the pages in use."""
    return Counted(path, migrations, quota, _rows)


def _rows(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute(f"SELECT {_ROWS}").fetchone()
    return int(found)

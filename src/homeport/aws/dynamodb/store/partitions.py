"""All rows with one partition key."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

_SIZE = "SELECT coalesce(sum(size), 0) FROM rows WHERE space = ? AND pk = ?"


def size(connection: sqlite3.Connection, spaces: Sequence[int], pk: bytes) -> int:
    """The bytes of a partition in several spaces, counted row by row: for `Database.scan`."""
    return sum(connection.execute(_SIZE, (space, pk)).fetchone()[0] for space in spaces)

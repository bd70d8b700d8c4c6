"""How far event source mappings have read their streams. SCHEMA is a part of the migrations of the service's database.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from homeport.storage.db import Database

SCHEMA = """
-- A shard is read by as many lanes as ParallelizationFactor says, each of which has the items of some keys. next is the number of the
-- first record that is not done; NULL where the shard is closed and all of it is done.
CREATE TABLE event_source_position (
    mapping TEXT NOT NULL,
    shard TEXT NOT NULL,
    lane INTEGER NOT NULL,
    lanes INTEGER NOT NULL,
    next INTEGER,
    PRIMARY KEY (mapping, shard, lane)
) STRICT, WITHOUT ROWID;
"""

_SAVE = (
    "INSERT OR REPLACE INTO event_source_position (mapping, shard, lane, lanes, next)"
    " VALUES (?, ?, ?, ?, ?)"
)
_DELETE = "DELETE FROM event_source_position WHERE mapping = ?"


class Position(NamedTuple):
    """How far one lane of a shard has come."""

    shard: str
    lane: int
    lanes: int
    next: int | None
    """The number of the first record that is not done; None where all are, and no more will come."""


class Positions:
    """The positions of all mappings, in the database that has the mappings."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, mapping: str) -> list[Position]:
        """All that are kept of a mapping."""
        rows = self._db.query(
            "SELECT shard, lane, lanes, next FROM event_source_position WHERE mapping = ?",
            (mapping,),
        )
        return [Position._make(row) for row in rows]

    async def save(self, mapping: str, position: Position) -> None:
        """Keeps a position in the place of the one before."""
        await self._db.write(lambda connection: connection.execute(_SAVE, (mapping, *position)))

    async def begin(self, mapping: str, positions: Collection[Position]) -> None:
        """Keeps positions in the place of all that were of their shards."""
        shards = {position.shard for position in positions}

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(_DELETE + " AND shard = ?", [(mapping, each) for each in shards])
            connection.executemany(_SAVE, [(mapping, *position) for position in positions])

        await self._db.write(work)

    async def forget_shards(self, mapping: str, shards: Collection[str]) -> None:
        """Forgets shards that are no more."""
        await self._db.write(
            lambda connection: connection.executemany(
                _DELETE + " AND shard = ?", [(mapping, each) for each in shards]
            )
        )


def forget(connection: sqlite3.Connection, mapping: str) -> None:
    """Forgets the positions of a mapping; to be called in the write that removes it."""
    connection.execute(_DELETE, (mapping,))

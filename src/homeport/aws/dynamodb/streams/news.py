"""Tells those who wait that a stream has changed: it has new records, or one of its shards was closed.

The database itself says so, whichever request, expiry or step in the background has written: by triggers that only this process's
writer has, and only while somebody listens. Nothing is spent where nobody does.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable

from homeport.errors import StorageError
from homeport.storage.db import Database

Listener = Callable[[], None]

_RECORDS = """
CREATE TEMP TRIGGER IF NOT EXISTS news_of_records AFTER INSERT ON main.stream_records
BEGIN SELECT tell_news(NEW.stream); END
"""
_SHARDS = """
CREATE TEMP TRIGGER IF NOT EXISTS news_of_shards AFTER UPDATE OF last ON main.shards
BEGIN SELECT tell_news(NEW.stream); END
"""
_BEGIN = (_RECORDS, _SHARDS)
_END = ("DROP TRIGGER IF EXISTS temp.news_of_records", "DROP TRIGGER IF EXISTS temp.news_of_shards")


class News:
    """Who listens to which stream."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._listeners: dict[int, set[Listener]] = {}
        self._changed: set[int] = set()
        self._telling: asyncio.Task[None] | None = None

    async def listen(self, stream: int, listener: Listener) -> None:
        """Calls a listener on the event loop after each commit that changed a stream, as soon as this has returned."""
        self._listeners.setdefault(stream, set()).add(listener)
        await self._db.write(self._switch)

    async def leave(self, stream: int, listener: Listener) -> None:
        """Calls it no longer."""
        listeners = self._listeners.get(stream, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(stream, None)
        await self._db.write(self._switch)

    def _switch(self, connection: sqlite3.Connection) -> None:
        if self._listeners:
            connection.create_function("tell_news", 1, self._note)
        for statement in _BEGIN if self._listeners else _END:
            connection.execute(statement)

    def _note(self, stream: int) -> None:
        """Called inside of the write that changes a stream."""
        if stream in self._listeners:
            self._changed.add(stream)
            if self._telling is None:
                self._telling = asyncio.ensure_future(self._tell())

    async def _tell(self) -> None:
        try:
            # Done with, or after, the commit that the news are of.
            await self._db.write(lambda _: None)
        except StorageError:
            # The commit has failed, or its successor has: to look for nothing does no harm.
            pass
        self._telling = None
        changed, self._changed = self._changed, set()
        for stream in changed:
            for listener in tuple(self._listeners.get(stream, ())):
                listener()

"""Amazon DynamoDB as one object: its database, its tables, and the work that goes on beside the requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from homeport.aws.dynamodb.backups.objects import Objects
from homeport.aws.dynamodb.store import backups, counted, schema
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.streams.news import News
from homeport.aws.dynamodb.tables.catalog import Catalog
from homeport.aws.protocol.ids import uuid
from homeport.clock import Clock
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.quota import Quota

PAGE_SIZE = 8192
"""Bytes of a page of the database: a query of 100 items reads half as many as with 4,096, and writes take no longer."""


class DynamoDb:
    """The tables of all accounts and regions."""

    def __init__(
        self,
        db: Database,
        content: Content,
        clock: Clock,
        ids: Callable[[], str],
        objects: Objects | None = None,
    ) -> None:
        self.db = db
        self.content = content
        """The files of backups, and those that exports and restores read from."""
        self.objects = objects
        """Amazon S3, where tables are exported to and imported from."""
        self.clock = clock
        self.ids = ids
        """Makes random UUIDs."""
        self.news = News(db)
        """Tells who listens of new records in streams."""
        with db.snapshot() as connection:
            self.tables = Catalog(stored_tables.load(connection))
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: set[str] = set()

    @classmethod
    def open(
        cls,
        folder: Path,
        clock: Clock,
        ids: Callable[[], str] = uuid,
        objects: Objects | None = None,
        quota: Quota | None = None,
    ) -> DynamoDb:
        """Opens `dynamodb.db` in `folder` and takes up what an earlier process left undone.

        To be called on the running event loop.
        """
        content = Content(folder / "dynamodb", quota=quota)
        path = folder / "dynamodb.db"
        if quota is None:
            db = Database(path, schema.MIGRATIONS, page_size=PAGE_SIZE)
        else:
            db = counted.opened(path, schema.MIGRATIONS, quota, PAGE_SIZE)
            quota.overdraw(_size_of_files(db, content))
        return cls(db, content, clock, ids, objects)

    async def close(self) -> None:
        """Stops the work in the background and lets what was asked for become durable."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.db.close()

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return int(self.clock.now() * 1000)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs something in the background until it ends or this is closed."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def spawn_once(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """As `spawn`, unless work of this name goes on already: it then looks at what is there before it ends."""
        if name not in self._running:
            self._running.add(name)
            self.spawn(self._run(name, work))

    async def _run(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        finally:
            self._running.discard(name)


def _size_of_files(db: Database, content: Content) -> int:
    """Bytes of the content files that rows name, those of backups before all."""
    with db.snapshot() as connection:
        paths = [content.path(name) for name in backups.files(connection)]
    return sum(path.stat().st_size for path in paths if path.exists())

"""AWS Lambda's control side as one object: its database, its packages, and what invocations ask of it."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import random
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from homeport.aws.lambda_.code.location import Locations
from homeport.aws.lambda_.code.objects import Images, Objects
from homeport.aws.lambda_.code.package import Package
from homeport.aws.lambda_.code.unpacked import Unpacked
from homeport.aws.lambda_.functions.lookup import Lookup
from homeport.aws.lambda_.mappings.model import Mapping
from homeport.aws.lambda_.mappings.source import Sources
from homeport.aws.lambda_.model import Function
from homeport.aws.lambda_.store import counted, files, mappings, schema, urls
from homeport.aws.lambda_.store.urls import Url
from homeport.aws.protocol.ids import uuid
from homeport.clock import Clock
from homeport.errors import StorageError
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.quota import Quota

_log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]


class Lambda:
    """The functions of all accounts and regions. All state is in the database and the content files."""

    def __init__(
        self,
        db: Database,
        content: Content,
        unpacked: Unpacked,
        clock: Clock,
        ids: Callable[[], str] = uuid,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.db = db
        self.content = content
        self.clock = clock
        self.ids = ids
        """Makes random UUIDs."""
        self.objects: Objects | None = None
        """Amazon S3, where packages may be read from."""
        self.images: Images | None = None
        """The registry that container images are looked up in."""
        self.sources: Sources | None = None
        """What is asked about queues and streams; where there is nothing, none is checked."""
        self.on_mapping_changed: Callable[[str], None] = _nobody
        """Told the UUID of an event source mapping after the commit that made, changed or deleted it."""
        self.on_function_changed: Callable[[Function], None] = _nobody
        """Told of a function after each commit that changed it or what belongs to it, or deleted it."""
        with db.snapshot() as connection:
            key = files.secret(connection, "locations")
        self.locations = Locations(key, content, clock, self._has_file)
        self.functions = Lookup(db, unpacked, draw)
        """What invocations ask."""
        self._unpacked = unpacked
        self._tasks: set[asyncio.Task[Any]] = set()

    @classmethod
    def open(
        cls,
        folder: Path,
        clock: Clock,
        ids: Callable[[], str] = uuid,
        draw: Callable[[], float] = random.random,
        quota: Quota | None = None,
    ) -> Lambda:
        """Opens `lambda.db` and the packages in `folder`, and removes what an earlier process left.

        `draw` gives random numbers from 0 to 1, for aliases that lead to two versions. To be called on the running event loop.
        """
        content = Content(folder / "lambda", quota=quota)
        path = folder / "lambda.db"
        if quota is None:
            db = Database(path, schema.MIGRATIONS)
        else:
            db = counted.opened(path, schema.MIGRATIONS, quota)
            quota.overdraw(db.read(files.total))
        unpacked = Unpacked(folder / "lambda" / "code", content, quota)
        opened = cls(db, content, unpacked, clock, ids, draw)
        opened._run(opened._sweep())
        return opened

    async def close(self) -> None:
        """Lets what was asked for become durable, then closes."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._unpacked.close()
        await self.db.close()

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return int(self.clock.now() * 1000)

    # Writing

    async def change(self, function: Function, work: Work[T], package: Package | None = None) -> T:
        """Writes what belongs to a function; a client that goes away does not stop this.

        Where the write fails, the file of the package that it was to name is removed.
        """
        return await self._to_the_end(self._change(function, work, package))

    async def write(self, work: Work[T], package: Package | None = None) -> T:
        """Writes what belongs to no function, as `change`."""
        return await self._to_the_end(self._change(None, work, package))

    async def replace(
        self,
        function: Function | None,
        work: Work[tuple[T, list[str]]],
        package: Package | None = None,
    ) -> T:
        """As `change`, with work that also returns the archives that nothing needs any more: they are removed."""
        return await self._to_the_end(self._replace(function, work, package))

    async def _replace(
        self,
        function: Function | None,
        work: Work[tuple[T, list[str]]],
        package: Package | None,
    ) -> T:
        result, dropped = await self._change(function, work, package)
        if dropped:
            self._unpacked.forget(dropped)
            await self.content.delete(dropped)
        return result

    async def _to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.shield(self._run(work))

    async def _change(self, function: Function | None, work: Work[T], package: Package | None) -> T:
        try:
            result = await self.db.write(work)
        except BaseException:
            if package is not None:
                await self.content.delete([package.file])
            raise
        finally:
            if function is not None:
                self.functions.forget(function)
        if function is not None:
            self.on_function_changed(function)
        return result

    def _run(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # Event source mappings

    def mappings(self) -> list[Mapping]:
        """All mappings of all accounts and regions."""
        return self.db.read(mappings.every)

    def mapping(self, id_: str) -> Mapping | None:
        """The mapping of a UUID; None where it was deleted."""
        return self.db.read(lambda connection: mappings.by_id(connection, id_))

    async def note_result(self, id_: str, result: str) -> None:
        """Keeps what LastProcessingResult says of a mapping; a result that is like the last one costs no write."""
        known = self.mapping(id_)
        if known is None or known.result == result:
            return

        def work(connection: sqlite3.Connection) -> None:
            mapping = mappings.by_id(connection, id_)
            if mapping is not None:
                mappings.save(connection, dataclasses.replace(mapping, result=result))

        await self.write(work)

    # Function URLs

    def url(self, id_: str) -> Url | None:
        """The function URL whose host begins with an id."""
        return self.db.read(lambda connection: urls.by_id(connection, id_))

    # Files

    def _has_file(self, name: str) -> bool:
        return self.db.read(lambda connection: files.is_there(connection, name))

    async def _sweep(self) -> None:
        try:
            await self._unpacked.sweep()
            await self.db.scan(self._sweep_content)
        except StorageError as error:
            _log.warning("The recovery of Lambda failed, the next start repeats it: %s", error)

    def _sweep_content(self, connection: sqlite3.Connection) -> None:
        self.content.sweep(lambda names: files.named(connection, names), lambda _: set())


def _nobody(_: object) -> None:
    """Nobody wants to be told."""

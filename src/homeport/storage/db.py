"""One SQLite database: one writer with group commit, readers beside it.

Writes of one event-loop turn run one after the other in one transaction, each in a savepoint of its own. The commit, and with
it the one fsync, runs in a thread; writes that arrive meanwhile wait for the next transaction. So a request is acknowledged
only after the commit that holds it, and many requests share one fsync.

https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from homeport import errors
from homeport.storage import migrate

T = TypeVar("T")
Row = tuple[Any, ...]
Work = Callable[[sqlite3.Connection], Any]
Parameters = Sequence[Any]

CACHED_STATEMENTS = 512
PAGE_CACHE_KIB = 8 * 1024
BATCH_LIMIT = 1024
"""Writes in one transaction at most, so that a flood cannot delay an acknowledgement without end."""


class _Outcome(NamedTuple):
    future: asyncio.Future[Any]
    result: Any
    error: BaseException | None


class Database:
    """A durable database, used from one event loop.

    `write` runs a function of the connection inside the writer's transaction and returns its result after the commit. The
    function must be short, must not await, and must use nothing but the connection and its own arguments: a failed commit
    undoes what it did in the database, and nothing else.
    """

    def __init__(self, path: Path, migrations: Sequence[str]) -> None:
        self.path = path
        self._writer = _connect(path)
        migrate.migrate(self._writer, migrations)
        self._reader = _connect(path)
        self._reader.execute("PRAGMA query_only = ON")
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._is_busy = False
        self._idle: asyncio.Future[None] | None = None
        self._is_closed = False
        self._commits: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(
            target=self._commit_forever, name=f"commit {path.name}", daemon=True
        )
        self._thread.start()

    # Reading

    def query(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a bounded read, from the last commit. For point reads and pages, never for whole tables."""
        return self._reader.execute(sql, parameters).fetchall()

    def query_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a read, from the last commit."""
        row: Row | None = self._reader.execute(sql, parameters).fetchone()
        return row

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Several reads of one and the same commit. Nothing may be awaited inside."""
        self._reader.execute("BEGIN")
        try:
            yield self._reader
        finally:
            self._reader.execute("COMMIT")

    async def scan(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs a long read in a thread on a connection of its own."""
        return await asyncio.to_thread(self._scan, work)

    def _scan(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = _connect(self.path)
        try:
            connection.execute("PRAGMA query_only = ON")
            return work(connection)
        finally:
            connection.close()

    # Writing

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `work` in the next transaction and returns its result once that is durable.

        Raises what `work` raised (its own changes are undone, those of its neighbours are not), `StorageFull` where the disk is
        full and `StorageError` where the commit failed.
        """
        if self._is_closed:
            raise errors.StorageError(f"The database {self.path.name} is closed.")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if not self._is_busy:
            self._is_busy = True
            future.get_loop().call_soon(self._run_batch)
        return await future

    def _run_batch(self) -> None:
        batch, self._waiting = self._waiting[:BATCH_LIMIT], self._waiting[BATCH_LIMIT:]
        loop = asyncio.get_running_loop()
        changes = self._writer.total_changes
        outcomes: list[_Outcome] = []
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for work, future in batch:
                outcomes.append(self._run_one(work, future))
        except sqlite3.Error as error:
            self._settle_batch(
                [_Outcome(future, None, None) for _, future in batch], self._abandon(error)
            )
            return
        if self._writer.total_changes == changes:
            self._writer.execute("COMMIT")
            self._settle_batch(outcomes, None)
            return
        self._commits.put(lambda: self._commit(loop, outcomes))

    def _run_one(self, work: Work, future: asyncio.Future[Any]) -> _Outcome:
        if future.cancelled():
            return _Outcome(future, None, None)
        self._writer.execute("SAVEPOINT work")
        try:
            result = work(self._writer)
        except Exception as error:
            if not self._writer.in_transaction:
                # SQLite itself rolls the whole transaction back on a full disk or an I/O error:
                # https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
                raise sqlite3.OperationalError(str(error)) from error
            self._writer.execute("ROLLBACK TO work")
            self._writer.execute("RELEASE work")
            return _Outcome(future, None, error)
        self._writer.execute("RELEASE work")
        return _Outcome(future, result, None)

    def _commit_forever(self) -> None:
        while (job := self._commits.get()) is not None:
            job()

    def _commit(self, loop: asyncio.AbstractEventLoop, outcomes: list[_Outcome]) -> None:
        failure: Exception | None = None
        try:
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            failure = self._abandon(error)
        loop.call_soon_threadsafe(self._settle_batch, outcomes, failure)

    def _abandon(self, error: sqlite3.Error) -> errors.StorageError:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")
        return _storage_error(self.path, error)

    def _settle_batch(self, outcomes: list[_Outcome], failure: Exception | None) -> None:
        for future, result, error in outcomes:
            if future.done():
                continue
            if failure is not None or error is not None:
                future.set_exception(failure or error)  # type: ignore[arg-type]
            else:
                future.set_result(result)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._run_batch)
            return
        self._is_busy = False
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    async def close(self) -> None:
        """Lets what was asked for become durable, then closes; later writes are refused."""
        self._is_closed = True
        if self._is_busy:
            self._idle = asyncio.get_running_loop().create_future()
            await self._idle
        self._commits.put(None)
        self._thread.join()
        self._reader.close()
        self._writer.close()


def _connect(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=CACHED_STATEMENTS
        )
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: the log is synced at every commit, so that a commit survives a power cut too.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIB}")
    except sqlite3.Error as error:
        raise _storage_error(path, error) from error
    return connection


def _storage_error(path: Path, error: sqlite3.Error) -> errors.StorageError:
    if "full" in str(error):
        return errors.StorageFull(
            f"The disk of {path} is full; the write was undone.",
            hint="Free space on it, then try again.",
        )
    return errors.StorageError(
        f"The database {path} could not be used: {error}.",
        hint="Check the folder's rights and the disk (dmesg), then start again.",
    )

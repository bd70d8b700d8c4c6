"""One SQLite database: one writer with group commit, readers beside it.

Writes of one event-loop turn run one after the other in one transaction, each in a savepoint of its own. The commit, with its
one fsync, runs in a thread unless the disk is quick (`committer`); writes that arrive meanwhile wait for the next transaction. So
a request is acknowledged only after the commit that holds it, and many requests share one fsync.

https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

from homeport import errors
from homeport.storage import connection, migrate
from homeport.storage.committer import Committer, Pace
from homeport.storage.deferred import Deferred

T = TypeVar("T")
Row = tuple[Any, ...]
Work = Callable[[sqlite3.Connection], Any]
Parameters = Sequence[Any]

BATCH_LIMIT = 256
"""Writes in one transaction at most, so that a flood neither stalls the loop nor delays an acknowledgement without end."""

GATHER_TURNS = 2
"""Turns of the event loop that a transaction waits for more writes, some 10 us each where there is nothing else to do. Clients
that were answered together then commit together again: 8 senders of messages get 8,900 requests/s instead of 5,100."""


LATER_S = 0.02
"""How long a write that can wait does so for the company of another. A sync costs as much as a hundred small writes."""


class _Outcome(NamedTuple):
    future: asyncio.Future[Any]
    result: Any
    error: BaseException | None


class Database:
    """A durable database, used from one event loop.

    `write` runs a function of the connection inside the writer's transaction and returns its result after the commit. The
    function must be short, must not await, and must use nothing but the connection and its own arguments: a failed commit
    undoes what it did in the database, and nothing else. `page_size` is that of a database that is made anew.
    """

    def __init__(
        self,
        path: Path,
        migrations: Sequence[str],
        *,
        pace: Pace | None = None,
        page_size: int = connection.PAGE_SIZE,
    ) -> None:
        self.path = path
        self.writes = 0
        """Writes that were done; for tests and benchmarks, like `commits`."""
        connection.create(path)
        self._writer = connection.connect(path, page_size)
        try:
            migrate.migrate(self._writer, path, migrations)
            self._reader = connection.connect(path)
        except errors.StorageError:
            self._writer.close()
            raise
        self._reader.execute("PRAGMA query_only = ON")
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._deferred = Deferred[tuple[Work, asyncio.Future[Any]]](self._begin)
        self._is_busy = False
        self._idle: asyncio.Future[None] | None = None
        self._is_closed = False
        self._scans: set[asyncio.Task[Any]] = set()
        self._committer = Committer(self._writer, path, pace or Pace())

    @property
    def commits(self) -> int:
        """Transactions that changed something and are durable, each with one fsync."""
        return self._committer.commits

    # Reading

    def query(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a bounded read, from the last commit. For point reads and pages, never for whole tables."""
        try:
            return self._reader.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            self._raise(error)

    def query_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a read, from the last commit."""
        try:
            row: Row | None = self._reader.execute(sql, parameters).fetchone()
        except sqlite3.Error as error:
            self._raise(error)
        return row

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs a bounded read of one statement, that is from one commit; `snapshot` is for several."""
        try:
            return work(self._reader)
        except sqlite3.Error as error:
            self._raise(error)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Several reads of one and the same commit. Nothing may be awaited inside."""
        try:
            self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                if self._reader.in_transaction:
                    self._reader.execute("COMMIT")
        except sqlite3.Error as error:
            self._raise(error)

    async def scan(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs a long read in a thread on a connection of its own. `close` waits for it, also where the caller has gone."""
        task = asyncio.ensure_future(asyncio.to_thread(self._scan, work))
        self._scans.add(task)
        task.add_done_callback(self._scanned)
        return await asyncio.shield(task)

    def _scanned(self, task: asyncio.Task[Any]) -> None:
        self._scans.discard(task)
        if not task.cancelled():
            # Heard here, as nobody may be left who awaits it.
            task.exception()

    def _scan(self, work: Callable[[sqlite3.Connection], T]) -> T:
        reader = connection.connect(self.path)
        try:
            reader.execute("PRAGMA query_only = ON")
            return work(reader)
        except sqlite3.Error as error:
            self._raise(error)
        finally:
            reader.close()

    def _raise(self, error: sqlite3.Error) -> NoReturn:
        """Raises trouble with the disk as a `StorageError`, an error in the statement as it is."""
        if self._is_closed:
            raise _closed(self.path) from error
        if connection.is_trouble(error):
            raise connection.storage_error(self.path, error) from error
        raise error

    # Writing

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `work` in the next transaction and returns its result once that is durable.

        Raises what `work` raised (its own changes are undone, those of its neighbours are not), `StorageFull` where the disk is
        full and `StorageError` where the commit failed. Where the caller is cancelled, the write may still be done.
        """
        if self._is_closed:
            raise _closed(self.path)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        self._begin()
        return await future

    async def write_later(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As `write`, for what no client waits for: done with the next write, or after `LATER_S` without one."""
        if self._is_closed:
            raise _closed(self.path)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._deferred.add((work, future), LATER_S)
        return await future

    def _begin(self) -> None:
        """Begins a transaction for what waits; one that is under way is followed by another."""
        self._waiting += self._deferred.take()
        if self._waiting and not self._is_busy:
            self._is_busy = True
            asyncio.get_running_loop().call_soon(self._gather, GATHER_TURNS)

    def _gather(self, turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._gather, turns - 1)
        else:
            self._run_batch()

    def _run_batch(self) -> None:
        batch, self._waiting = self._waiting[:BATCH_LIMIT], self._waiting[BATCH_LIMIT:]
        changes = self._writer.total_changes
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            outcomes = self._run_all(batch)
            changed = self._writer.total_changes - changes
            if not changed:
                self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            self._end_batch([_Outcome(future, None, None) for _, future in batch], error)
            return
        if changed:
            self._committer.commit(changed, functools.partial(self._end_batch, outcomes))
        else:
            self._end_batch(outcomes, None)

    def _run_all(self, batch: list[tuple[Work, asyncio.Future[Any]]]) -> list[_Outcome]:
        """Runs the works in turn. Raises `sqlite3.Error` where that undid the whole transaction."""
        if len(batch) == 1:
            return [self._run_alone(*batch[0])]
        return [self._run_one(work, future) for work, future in batch if not future.cancelled()]

    def _run_alone(self, work: Work, future: asyncio.Future[Any]) -> _Outcome:
        """The only write of a transaction needs no savepoint: the transaction is its own."""
        if future.cancelled():
            return _Outcome(future, None, None)
        try:
            result = work(self._writer)
        except BaseException as error:  # noqa: BLE001 - raised where the write is awaited
            self._rollback()
            self._writer.execute("BEGIN IMMEDIATE")
            return _Outcome(future, None, error)
        return self._done(future, result)

    def _run_one(self, work: Work, future: asyncio.Future[Any]) -> _Outcome:
        self._writer.execute("SAVEPOINT work")
        try:
            result = work(self._writer)
        except BaseException as error:  # noqa: BLE001 - raised where the write is awaited
            self._check_alive(error)
            self._writer.execute("ROLLBACK TO work")
            self._writer.execute("RELEASE work")
            return _Outcome(future, None, error)
        outcome = self._done(future, result)
        self._writer.execute("RELEASE work")
        return outcome

    def _done(self, future: asyncio.Future[Any], result: Any) -> _Outcome:
        self._check_alive(None)
        if type(result) is sqlite3.Cursor:
            # A statement that is not read to its end (INSERT ... RETURNING) would refuse the commit to its neighbours too.
            result.close()
        return _Outcome(future, result, None)

    def _check_alive(self, error: BaseException | None) -> None:
        """Raises where the transaction is gone: SQLite undoes all of it on a full disk or an I/O error.

        https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
        """
        if not self._writer.in_transaction:
            if isinstance(error, sqlite3.Error):
                raise error
            raise sqlite3.OperationalError("a write ended the transaction") from error

    def _rollback(self) -> None:
        if self._writer.in_transaction:
            # Where even this fails the transaction stays open; the next BEGIN then fails, and its waiters are told.
            with contextlib.suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")

    def _end_batch(self, outcomes: list[_Outcome], failure: sqlite3.Error | None) -> None:
        if failure is not None:
            self._rollback()
        if self._waiting:
            self._gather(GATHER_TURNS)
        else:
            self._is_busy = False
            if self._idle is not None and not self._idle.done():
                self._idle.set_result(None)
        self._settle(outcomes, failure)

    def _settle(self, outcomes: list[_Outcome], failure: sqlite3.Error | None) -> None:
        for future, result, error in outcomes:
            if failure is not None:
                error = connection.storage_error(self.path, failure)
            self.writes += error is None
            if future.done():
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(_presentable(self.path, error))

    async def close(self) -> None:
        """Lets what was asked for become durable, then closes; later writes are refused."""
        self._is_closed = True
        self._begin()
        if self._is_busy:
            self._idle = self._idle or asyncio.get_running_loop().create_future()
            await asyncio.shield(self._idle)
        if self._scans:
            await asyncio.wait(self._scans)
        await asyncio.to_thread(self.abandon)

    def abandon(self) -> None:
        """Closes at once: for one that nothing was asked of yet."""
        self._is_closed = True
        self._committer.close()
        self._reader.close()
        # The last to close copies the log into the database: https://www.sqlite.org/wal.html#the_wal_file
        self._writer.close()


def _closed(path: Path) -> errors.StorageError:
    return errors.StorageError(f"The database {path.name} is closed.")


def _presentable(path: Path, error: BaseException) -> BaseException:
    if isinstance(error, StopIteration):
        # No future takes it: https://docs.python.org/3/library/asyncio-future.html#asyncio.Future.set_exception
        return RuntimeError("A write raised StopIteration.")
    return connection.storage_error(path, error) if connection.is_trouble(error) else error

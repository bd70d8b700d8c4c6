"""Amazon SQS as one object: its database, its waiting receivers, and the work that goes on beside the requests."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from homeport.aws.protocol.call import Call, Params
from homeport.aws.protocol.ids import uuid
from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.engine.receipts import Receipts
from homeport.aws.sqs.engine.redrive import Address
from homeport.aws.sqs.store import fifo, messages, queues, schema, sweep
from homeport.aws.sqs.store.messages import Connection
from homeport.aws.sqs.waiters import Waiters
from homeport.aws.sqs.watching.traffic import Traffic
from homeport.clock import Clock, Timer
from homeport.storage.db import Database

T = TypeVar("T")
HOUSEKEEPING_S = 300.0
"""How often messages at the end of their retention are looked for; receives and counts do not wait for it."""


class Sqs:
    """The queues of all accounts and regions. All state is in the database; caches here can be dropped at any time."""

    def __init__(self, db: Database, clock: Clock, ids: Callable[[], str], key: bytes) -> None:
        self.db = db
        self.clock = clock
        self.ids = ids
        self.receipts = Receipts(key)
        self.waiters = Waiters(clock)
        self.traffic = Traffic()
        self.in_flight: dict[int, int] = {}
        """By partition, no less than the messages in flight; a partition that is not here was not counted yet."""
        self._queues: dict[tuple[str, str, str], Queue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: Timer | None = None

    @classmethod
    def open(cls, path: Path, clock: Clock, ids: Callable[[], str] = uuid) -> Sqs:
        """Opens the database at `path` and takes up what an earlier process left undone. `ids` makes random UUIDs.

        To be called on the running event loop.
        """
        db = Database(path, schema.MIGRATIONS)
        sqs = cls(db, clock, ids, queues.secret(db.query, "receipts"))
        sqs.spawn(sqs.sweep())
        sqs._arm()
        return sqs

    def let_go(self) -> None:
        """Answers all receivers that wait, with no messages; later ones do not wait. To be called before a stop."""
        self.waiters.close()

    async def close(self) -> None:
        """Stops the work in the background and lets what was asked for become durable."""
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.db.close()

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self.clock.now() * 1000)

    # Queues

    def queue(self, call: Call, params: Params) -> Queue:
        """The queue of a call, by its `QueueUrl`, or by the path in the query protocol.

        The account is that of the URL, the region that of the credential scope. A bare name is one of the caller's own.
        """
        url: str = params.get("QueueUrl") or call.request.path
        head, _, name = url.rpartition("/")
        if not name:
            raise errors.QUEUE_DOES_NOT_EXIST()
        account = head.rpartition("/")[2]
        if len(account) != 12 or not account.isdigit():
            account = call.account
        queue = self._queues.get((account, call.region, name)) or self.find(
            Address(account, call.region, name)
        )
        if queue is None:
            raise errors.QUEUE_DOES_NOT_EXIST()
        return queue

    def find(self, address: Address) -> Queue | None:
        """The queue at this address."""
        queue = self._queues.get(address)
        # Nothing else can be a name, and SQLite cannot look for a surrogate.
        if queue is None and "".join(address).isascii():
            queue = queues.find(self.db.query, *address)
            if queue is not None:
                if len(self._queues) >= limits.CACHED_QUEUES:
                    self._queues.clear()
                self._queues[address] = queue
        return queue

    async def change(self, address: Address, work: Callable[[Connection], T]) -> T:
        """Writes to a queue itself, and forgets what was held of it; a client that goes away does not stop this."""
        task = asyncio.ensure_future(self._change(address, work))
        return await asyncio.shield(task)

    async def _change(self, address: Address, work: Callable[[Connection], T]) -> T:
        try:
            return await self.db.write(work)
        finally:
            self._queues.pop(address, None)

    async def change_queue(
        self, call: Call, params: Params, change: Callable[[Queue], dict[str, Any]]
    ) -> None:
        """Replaces fields of a queue by what `change` makes of them as they are, in one write."""
        queue = self.queue(call, params)
        address = Address(queue.account, queue.region, queue.name)
        now = self.now()

        def work(connection: Connection) -> None:
            before = queues.find(queues.reader(connection), *address)
            if before is None or before.id != queue.id:
                raise errors.QUEUE_DOES_NOT_EXIST()
            after = dataclasses.replace(before, **change(before))
            queues.save(connection, after)
            if after.is_fifo and after.delay_ms != before.delay_ms:
                since = now - max(after.delay_ms, before.delay_ms)
                fifo.reset_delay(connection, after.partition, after.delay_ms, now, since)

        await self.change(address, work)
        self.waiters.wake_all(queue.id)

    # Beside the requests

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs something in the background until it ends or this is closed."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _arm(self) -> None:
        self._timer = self.clock.call_at(self.clock.now() + HOUSEKEEPING_S, self._tick)

    def _tick(self) -> None:
        self._arm()
        self.spawn(self.sweep())

    async def sweep(self) -> None:
        """Removes messages of deleted and purged queues, messages too old, and ids that count no more."""
        for partition in sweep.forgotten(self.db.query):
            self.in_flight.pop(partition, None)
            while await self.db.write(functools.partial(sweep.partition, number=partition)):
                pass
        while await self.db.write(lambda connection: sweep.outdated(connection, self.now())):
            pass
        for address in sweep.expired(self.db.query, self.now()):
            queue = self.find(Address._make(address))
            while queue is not None and await self.expire(queue):
                pass

    async def expire(self, queue: Queue) -> int:
        """Removes some messages at the end of their retention."""
        remove = fifo.expire if queue.is_fifo else messages.expire
        expired_at = self.now() - queue.retention_ms
        return await self.db.write(
            lambda connection: remove(connection, queue.partition, expired_at)
        )

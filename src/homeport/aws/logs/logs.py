"""CloudWatch Logs as one object: its database, what functions write, and the work that goes on beside the requests."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from homeport.aws.logs import errors, limits
from homeport.aws.logs.engine import arns
from homeport.aws.logs.store import events, groups, removal, schema, streams
from homeport.aws.logs.store.groups import Connection, Group
from homeport.aws.logs.store.streams import Stream
from homeport.aws.logs.writer import Writer
from homeport.aws.protocol.call import Call, Params
from homeport.clock import Clock, Timer
from homeport.errors import HomeportError
from homeport.storage.db import Database
from homeport.storage.quota import Quota, Rows

T = TypeVar("T")
logger = logging.getLogger(__name__)

SWEEP_EVERY_S = 3600.0
"""How often events at the end of their retention are removed, where a group has one; readers do not see them before either."""


class Logs:
    """The log groups of all accounts and regions. All state is in the database, but for what the writer has not flushed yet."""

    def __init__(self, db: Database, clock: Clock, quota: Quota) -> None:
        self.db = db
        self.clock = clock
        used = db.read(events.total)
        quota.overdraw(used)
        self._rows = Rows(quota, events.total, used)
        self.writer = Writer(self.write, clock)
        self.searches = asyncio.Semaphore(limits.SEARCHES)
        """For what holds patterns against messages in a thread."""
        self._sweeping: asyncio.Task[None] | None = None
        self._is_sweep_wanted = False
        self._timer: Timer | None = None

    @classmethod
    def open(cls, path: Path, clock: Clock, quota: Quota | None = None) -> Logs:
        """Opens the database at `path` and takes up what an earlier process left undone.

        To be called on the running event loop.
        """
        logs = cls(Database(path, schema.MIGRATIONS), clock, quota or Quota(None))
        logs.start_sweep()
        logs.arm()
        return logs

    async def close(self) -> None:
        """Writes down what functions wrote, stops the work in the background and lets what was asked for become durable."""
        await self.writer.close()
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.wait([self._sweeping])
        if self._timer is not None:
            self._timer.cancel()
        await self.db.close()

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self.clock.now() * 1000)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """A write that may add events: raises `StorageFull`, and undoes it, where the quota has no room for them."""

        def counted(connection: Connection) -> T:
            result = work(connection)
            self._rows.settle(connection)
            return result

        return await self.db.write(counted)

    # Groups and streams

    def find(self, account: str, region: str, name: str) -> Group | None:
        """The log group of this name."""
        # Nothing else can be a name, and SQLite cannot look for half a surrogate pair.
        return groups.find(self.db.query, account, region, name) if name.isascii() else None

    def group(self, call: Call, params: Params) -> Group:
        """The log group of a call, by `logGroupName` or by `logGroupIdentifier`, which is a name or an ARN."""
        name, identifier = params.get("logGroupName"), params.get("logGroupIdentifier")
        if name is not None and identifier is not None:
            raise errors.VALIDATION(
                "LogGroup name and LogGroup ARN are mutually exclusive parameters."
            )
        if name is None and identifier is None:
            # How AWS says this is not recorded.
            raise errors.VALIDATION("At least one of LogGroup name or LogGroup ARN is required.")
        if name is None and identifier is not None:
            name = arns.name_in(identifier, call.account, call.region)
        group = self.find(call.account, call.region, name or "")
        if group is None:
            raise errors.NO_GROUP()
        return group

    def stream(self, group: Group, name: str) -> Stream:
        """A stream of a log group."""
        return existing_stream(self.db.query, group, name)

    def oldest(self, group: Group) -> int:
        """The time before which events of a group are no longer there."""
        return 0 if group.retention_ms is None else self.now() - group.retention_ms

    async def change(self, group: Group, change: Callable[[Group], Group]) -> None:
        """Replaces a log group by what `change` makes of it as it is."""

        def work(connection: Connection) -> None:
            before = groups.find(groups.reader(connection), group.account, group.region, group.name)
            if before is None or not groups.save(connection, change(before)):
                raise errors.NO_GROUP()

        await self.write(work)

    # Beside the requests

    def start_sweep(self) -> None:
        """Begins to remove what is no longer needed, or lets a sweep that is under way look again."""
        self._is_sweep_wanted = True
        if self._sweeping is None:
            self._sweeping = asyncio.ensure_future(self._sweep_while_wanted())

    async def _sweep_while_wanted(self) -> None:
        try:
            while self._is_sweep_wanted:
                self._is_sweep_wanted = False
                await self.sweep()
        finally:
            self._sweeping = None

    def arm(self) -> None:
        """Lets the sweep come again as long as events of any group end."""
        if groups.has_retention(self.db.query):
            self._come_again()

    def _come_again(self) -> None:
        if self._timer is None:
            self._timer = self.clock.call_at(self.clock.now() + SWEEP_EVERY_S, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.start_sweep()
        self.arm()

    async def sweep(self) -> None:
        """Removes events of deleted groups and streams, and those at the end of their retention."""
        try:
            while await self.write(functools.partial(removal.remove_some, now=self.now())):
                pass
        except HomeportError as error:
            # A full disk is told to those who write.
            logger.warning("Log events that are no longer needed could not be removed: %s", error)
            self._come_again()


def existing_stream(query: groups.Query, group: Group, name: str) -> Stream:
    """The stream of this name; raises where there is none."""
    stream = None if _has_half_pair(name) else streams.find(query, group.id, name)
    if stream is None:
        raise errors.NO_STREAM()
    return stream


def _has_half_pair(text: str) -> bool:
    """Whether a text has half a surrogate pair, which JSON can carry and SQLite cannot."""
    return not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text)

"""Tells webhooks what happens, as Distribution does, and unlike it loses nothing at a restart.

What changes the registry is a row of the outbox in the commit of the change. Pulls change nothing, so they are written down a
moment later: the last of them may be lost when the process is killed, and one may stand behind a change that came after it. From
there on each endpoint gets its events at least once, in the order of the rows, at its own pace.

https://distribution.github.io/distribution/about/notifications/
"""

from __future__ import annotations

import asyncio
import functools
import logging
import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from homeport import errors
from homeport.clock import Clock
from homeport.edge import http
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.events.notifications import envelope, rows
from homeport.registry.events.notifications.delivery import Delivery
from homeport.registry.events.notifications.endpoint import LANE, Endpoint
from homeport.registry.events.notifications.envelope import Source, Told
from homeport.registry.events.notifications.posts import Open
from homeport.registry.options import Webhook
from homeport.storage.db import Database
from homeport.storage.deliveries import outbox
from homeport.storage.deliveries.carrier import Carrier

_log = logging.getLogger(__name__)

QUEUE = 100_000
"""Events that wait for one endpoint at most, some 100 MB of rows; Distribution keeps them in memory, without a limit."""
SLACK = 200
"""Dropped at once beyond it, so that an overflowing queue is not counted with each event."""
PULLS = 10_000
"""Pulls that wait for being written down at most."""
PULLS_AT_ONCE = 200
"""Pulls that are written in one go, some milliseconds of the event loop."""
REMOVED_AT_ONCE = 1000
"""Rows of endpoints that are gone, removed in one go."""


class _Pull(NamedTuple):
    event: Event
    told: Told
    to: list[Endpoint]


class Notifications:
    """The webhooks of a registry. A listener of its journal. `ids` makes ids that are never made twice."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        ids: Callable[[], str],
        hooks: Sequence[Webhook],
        source: Source,
        posts: Open,
    ) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._source = source
        self.endpoints = [Endpoint(hook) for hook in hooks]
        if len({each.lane for each in self.endpoints}) < len(self.endpoints):
            raise errors.SettingsError("Two webhooks have the same name.", hint="Rename one.")
        self._delivery = Delivery(self.endpoints, clock, posts)
        self._carrier = Carrier(db, clock, self._delivery)
        for each in self.endpoints:
            each.pending = db.read(functools.partial(rows.count, lane=each.lane))
        self._pulls: list[_Pull] = []
        self._writing: asyncio.Task[None] | None = None
        self._last: http.Request | None = None
        self._last_id = ""
        self._warned: set[str] = set()

    async def start(self) -> None:
        """Forgets endpoints that are no longer there, and goes on with what an earlier process left."""
        known = {each.lane for each in self.endpoints}
        for lane in outbox.lanes(self._db):
            if lane.startswith(LANE) and lane not in known:
                await self._forget(lane)
        self._carrier.start()

    async def close(self) -> None:
        """Writes down the last pulls and stops; what was under way is told again after the next start. The database comes later."""
        if self._writing is not None:
            await self._writing
        await self._carrier.close()
        self._delivery.close()

    # Called by the journal

    def note(self, connection: sqlite3.Connection, event: Event) -> None:
        """Writes down a change, inside its write."""
        to = [each for each in self.endpoints if each.wants(event)]
        if to:
            self._add(connection, event, self._told(event), to)

    def tell(self, event: Event) -> None:
        """Begins to tell what is durable; notes a pull."""
        to = [each for each in self.endpoints if each.wants(event)]
        if not to:
            return
        if event.action == journal.PULL:
            self._note_pull(_Pull(event, self._told(event), to))
            return
        for each in to:
            self._carrier.wake(each.lane)

    def _told(self, event: Event) -> Told:
        """All events of one request have its id."""
        request = event.request
        if request is not self._last:
            self._last = request
            self._last_id = "" if request is None else self._ids()
        return Told(self._ids(), self._clock.now(), self._last_id)

    def _add(
        self, connection: sqlite3.Connection, event: Event, told: Told, to: list[Endpoint]
    ) -> None:
        text = envelope.text(event, told, self._source)
        now_ms = int(told.at * 1000)
        outbox.add_all(connection, [(each.lane, text) for each in to], now_ms, outbox.ORDERED)
        for each in to:
            each.tally.events += 1
            each.pending += 1
            if each.pending > QUEUE:
                self._shorten(connection, each)

    def _shorten(self, connection: sqlite3.Connection, each: Endpoint) -> None:
        # What was counted beside the rows may be off: a commit can fail after it.
        each.pending = rows.count(connection, each.lane)
        if each.pending <= QUEUE:
            return
        dropped = rows.drop_oldest(connection, each.lane, each.pending - QUEUE + SLACK)
        each.pending -= dropped
        each.tally.overflown += dropped
        self._warn(
            each.hook.name,
            f"{QUEUE:,} events wait for the webhook {each.hook.name}: from now on the oldest are dropped",
        )

    def _warn(self, about: str, text: str) -> None:
        """Once for each that it is about."""
        if about not in self._warned:
            self._warned.add(about)
            _log.warning("%s", text)

    # Pulls

    def _note_pull(self, pull: _Pull) -> None:
        if len(self._pulls) >= PULLS:
            self._lose([pull], "they come faster than that")
            return
        self._pulls.append(pull)
        if self._writing is None:
            self._writing = asyncio.ensure_future(self._write_pulls())

    async def _write_pulls(self) -> None:
        try:
            while self._pulls:
                await self._write_some()
        finally:
            self._writing = None

    async def _write_some(self) -> None:
        taken, self._pulls = self._pulls[:PULLS_AT_ONCE], self._pulls[PULLS_AT_ONCE:]

        def add(connection: sqlite3.Connection) -> None:
            for pull in taken:
                self._add(connection, *pull)

        try:
            await self._db.write_later(add)
        except errors.StorageError as error:
            self._lose(taken, str(error))
        for lane in {each.lane for pull in taken for each in pull.to}:
            self._carrier.wake(lane)

    def _lose(self, pulls: Sequence[_Pull], why: str) -> None:
        for each in (each for pull in pulls for each in pull.to):
            each.tally.unwritten += 1
        self._warn("", f"Pulls can not be written down for webhooks: {why}")

    async def _forget(self, lane: str) -> None:
        name, total = lane.removeprefix(LANE), 0
        while True:
            removed = await self._db.write(
                lambda connection: rows.drop_oldest(connection, lane, REMOVED_AT_ONCE)
            )
            total += removed
            if removed < REMOVED_AT_ONCE:
                break
        _log.warning("%d events for the webhook %s are dropped: it is no longer there", total, name)

"""How full the registry was over time: a sample every quarter of an hour, where anything changed.

Pushes and pulls are counted in memory in between; a stop without notice loses those of a quarter of an hour.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from homeport import errors
from homeport.clock import Timer
from homeport.registry.backend import Backend
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.options import HOUR_S
from homeport.registry.space.figures import spreading, thinning
from homeport.registry.store import usage
from homeport.registry.store.space import samples
from homeport.registry.store.space.samples import SLOT_S, Held, Sample

_log = logging.getLogger(__name__)

THIN_S = 6 * HOUR_S
"""Time between two thinnings: that of the shortest span."""


class _Look(NamedTuple):
    """What a read in a thread found."""

    held: Held
    rows: list[Sample] | None
    """All that is noted, where it is time to thin that."""


class History:
    """Listens to the journal from the moment it is made, and takes samples from `start` on."""

    def __init__(self, backend: Backend) -> None:
        self._db = backend.db
        self._clock = backend.clock
        self._pushes = self._pulls = 0
        self._last: Held | None = None
        """What the newest row says; None where none was written or read yet."""
        self._thin_at = 0.0
        self._timer: Timer | None = None
        self._taking: asyncio.Task[None] | None = None
        self._is_failing = False
        self._is_closed = False
        backend.journal.listen(tell=self.tell)

    def tell(self, event: Event) -> None:
        """Counts a push or a pull. As short as can be: it is paid by each."""
        if event.kind == journal.MANIFEST:
            if event.action == journal.PULL:
                self._pulls += not event.is_shown
            elif event.action == journal.PUSH:
                self._pushes += 1

    def start(self) -> None:
        """From now on."""
        if not self._is_closed:
            at = (self._clock.now() // SLOT_S + 1) * SLOT_S
            self._timer = self._clock.call_at(at, self._begin)

    async def read(self, since: float, points: int) -> list[Sample]:
        """So many points from a time until now, evenly spread."""
        counted = self._pushes, self._pulls

        def look(connection: sqlite3.Connection) -> list[Sample]:
            now = self._clock.now()
            found = [each for each in samples.all_of_them(connection) if each.at < now]
            return spreading.spread(
                [*found, Sample(now, _held(connection), *counted)], since, points
            )

        return await self._db.scan(look)

    def _begin(self) -> None:
        self._taking = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            await self._take()
            self._is_failing = False
        except errors.StorageError as error:
            if not self._is_failing:
                _log.warning("The usage of this quarter of an hour is not noted: %s", error)
            self._is_failing = True
        finally:
            self._taking = None
            self.start()

    async def _take(self) -> None:
        """Notes what there is, where that is not what was noted last."""
        now = self._clock.now()
        is_time = now >= self._thin_at
        look = await self._db.scan(lambda connection: _look(connection, is_time=is_time))
        if self._last is None and look.rows:
            self._last = look.rows[-1].held
        pushes, pulls = self._pushes, self._pulls
        if look.held != self._last or pushes or pulls:
            new = Sample(now, look.held, pushes, pulls)
            await self._db.write_later(lambda connection: samples.add(connection, new))
            self._last = look.held
            # What was counted during the write is of the next one.
            self._pushes -= pushes
            self._pulls -= pulls
        if look.rows is not None:
            await self._thin(look.rows, now)

    async def _thin(self, rows: Sequence[Sample], now: float) -> None:
        gone, changed = thinning.thin(rows, now)
        if gone or changed:
            await self._db.write_later(
                lambda connection: samples.replace(connection, gone, changed)
            )
        self._thin_at = now + THIN_S

    async def close(self) -> None:
        """Takes a last sample where there is something to count, and no more."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._taking is not None:
            await asyncio.wait([self._taking])
        if self._pushes or self._pulls:
            await self._run()


def _look(connection: sqlite3.Connection, *, is_time: bool) -> _Look:
    return _Look(_held(connection), samples.all_of_them(connection) if is_time else None)


def _held(connection: sqlite3.Connection) -> Held:
    now = usage.totals(connection)
    return Held(now.blob_bytes, now.manifest_bytes, now.upload_bytes, now.repositories, now.tags)

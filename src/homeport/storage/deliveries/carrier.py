"""Carries the entries of an outbox: at least once, each lane by itself, without polling.

A lane has a task while it has entries. It reads what is due, hands that over to be delivered, and writes down what came of it. It
then looks again, waits for the next entry that is due, or ends. A service calls `wake` after the commit that added to a lane.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from homeport.clock import Clock
from homeport.errors import StorageError
from homeport.storage.db import Database
from homeport.storage.deliveries import outbox
from homeport.storage.deliveries.outbox import Entry

logger = logging.getLogger(__name__)

BATCH = 100
"""Entries of a lane that are handed over at once, and removed in one commit."""
FIRST_PAUSE_S = 1.0
LAST_PAUSE_S = 60.0
"""How long a lane waits after trouble of our own: a full disk, or a fault in this program. The pause doubles up to the last."""

TURNS = 5
"""Turns of the event loop that a delivery waits, so that those are answered first who wait for the commit of its cause: what comes
between a commit and its answer takes up to four."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one entry."""

    retry_at_ms: int | None = None
    """When to try again, in milliseconds since the epoch; None where the entry is done with."""
    work: Callable[[sqlite3.Connection], None] | None = None
    """Further changes of the same database, in the commit that removes the entry or puts it off."""
    wakes: tuple[str, ...] = ()
    """Lanes that `work` has added to."""

    @property
    def is_end(self) -> bool:
        """Whether nothing follows from it."""
        return self.retry_at_ms is None and not self.wakes


DONE = Outcome()

Deliver = Callable[[str, Sequence[Entry]], Awaitable[Sequence[Outcome]]]
"""Delivers entries of one lane, and returns an outcome for each of the first of them, for one at least: what has none is left as
it is and comes again. Where entries are ordered the first that is to be tried again must be the last that has an outcome."""


class Carrier:
    """Carries one outbox from one event loop."""

    def __init__(self, db: Database, clock: Clock, deliver: Deliver, *, batch: int = BATCH) -> None:
        self._db = db
        self._clock = clock
        self._deliver = deliver
        self._batch = batch
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._is_closed = False

    def start(self) -> None:
        """Takes up what an earlier process left."""
        for lane in outbox.lanes(self._db):
            self.wake(lane)

    def wake(self, lane: str) -> None:
        """Looks for entries of a lane, now or as soon as its task comes to it."""
        news = self._news.get(lane)
        if news is not None:
            news.set()
        elif not self._is_closed:
            self._news[lane] = asyncio.Event()
            self._tasks[lane] = asyncio.ensure_future(self._run(lane))

    async def close(self) -> None:
        """Ends all lanes; what was under way is delivered again after the next start."""
        self._is_closed = True
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def idle(self) -> None:
        """Returns when no lane has anything left; for tests and an orderly stop."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def _run(self, lane: str) -> None:
        pause_s = FIRST_PAUSE_S
        try:
            while True:
                try:
                    if await self._round(lane):
                        return
                    pause_s = FIRST_PAUSE_S
                except Exception as wrong:  # noqa: BLE001  said in the log, and tried again
                    self._report(lane, wrong, pause_s)
                    await self._clock.sleep(pause_s)
                    pause_s = min(2 * pause_s, LAST_PAUSE_S)
        finally:
            del self._news[lane], self._tasks[lane]

    def _report(self, lane: str, wrong: Exception, pause_s: float) -> None:
        if isinstance(wrong, StorageError):
            logger.warning("Deliveries to %s wait for %d s: %s", lane, pause_s, wrong)
        else:
            logger.error("Deliveries to %s wait for %d s", lane, pause_s, exc_info=wrong)

    async def _round(self, lane: str) -> bool:
        """Delivers what is due, or waits for it; true where the lane is empty."""
        news = self._news[lane]
        news.clear()
        entries = outbox.due(self._db, lane, self._now_ms(), self._batch)
        if entries:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            outcomes = await self._deliver(lane, entries)
            if not outcomes:
                # Without a pause the same entries would come again at once, and again.
                raise RuntimeError("A delivery had no outcome.")
            is_all = len(entries) < self._batch and len(outcomes) == len(entries)
            has_time = is_all and not news.is_set() and all(each.is_end for each in outcomes)
            await self._settle(list(zip(entries, outcomes, strict=False)), has_time=has_time)
            return False
        due_ms = outbox.next_due(self._db, lane)
        if due_ms is None:
            # Nothing was awaited since the look, so a wake that came later finds no lane and begins a new one.
            return True
        await self._wait(due_ms, news)
        return False

    async def _settle(self, settled: list[tuple[Entry, Outcome]], *, has_time: bool) -> None:
        """Writes down what came of entries; where nothing else is due, with the commit of the next cause, which then waits for no other."""
        write = self._db.write_later if has_time else self._db.write
        await write(lambda connection: _write_down(connection, settled))
        for _, outcome in settled:
            for other in outcome.wakes:
                self.wake(other)
        last, outcome = settled[-1]
        if last.due_ms == outbox.ORDERED and outcome.retry_at_ms is not None:
            # The entries behind it are due, and may not overtake it.
            await self._clock.sleep(max(0.0, outcome.retry_at_ms / 1000 - self._clock.now()))

    async def _wait(self, due_ms: int, news: asyncio.Event) -> None:
        timer = self._clock.call_at(due_ms / 1000, news.set)
        try:
            await news.wait()
        finally:
            timer.cancel()

    def _now_ms(self) -> int:
        return int(self._clock.now() * 1000)


def _write_down(connection: sqlite3.Connection, settled: list[tuple[Entry, Outcome]]) -> None:
    outbox.remove(connection, [entry for entry, outcome in settled if outcome.retry_at_ms is None])
    for entry, outcome in settled:
        if outcome.retry_at_ms is not None:
            outbox.put_off(connection, entry, outcome.retry_at_ms)
        if outcome.work is not None:
            outcome.work(connection)

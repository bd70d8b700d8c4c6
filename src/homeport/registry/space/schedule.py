"""What the registry does by itself, each in its time and one after the other: collections, retention, scrubs, old uploads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from homeport import errors
from homeport.clock import Timer
from homeport.registry.backend import Backend
from homeport.registry.events.watch import Watch
from homeport.registry.options import HOUR_S, Options
from homeport.registry.space import collect, jobs, retention, scrub
from homeport.registry.space.collect import Collector
from homeport.registry.space.retention import Retainer
from homeport.registry.space.scrub import Scrubber
from homeport.registry.store.space import runs

_log = logging.getLogger(__name__)

USER = "schedule"
"""Who the audit log names for what was begun here."""
START_S = 60.0
"""After a start nothing long begins within this time: those who waited for the registry come first."""


@dataclass(slots=True)
class _Task:
    """One thing that is done again and again."""

    name: str
    interval_s: float
    run: Callable[[], Awaitable[object]]
    due: float
    failure: str = ""
    """What it last failed with: told once."""


class Schedule:
    """Begins each in its time. `expire` gives up old uploads."""

    def __init__(
        self,
        backend: Backend,
        options: Options,
        collector: Collector,
        retainer: Retainer,
        scrubber: Scrubber,
        expire: Callable[[], Awaitable[object]],
        watch: Watch,
    ) -> None:
        self._backend = backend
        self._clock = backend.clock
        self._options = options
        self._collector = collector
        self._retainer = retainer
        self._scrubber = scrubber
        self._expire = expire
        self._watch = watch
        self._tasks: list[_Task] = []
        self._timer: Timer | None = None
        self._running: asyncio.Task[None] | None = None
        self._under_way: dict[str, float] = {}
        self._is_closed = False

    def start(self) -> None:
        """From now on. What is done once a day is done a day after it was last done, also where that was before this start."""
        options = self._options
        now = self._clock.now()
        self._tasks = [
            _Task("old uploads", options.upload_look_s, self._expire, now + options.upload_look_s)
        ]
        interval_s = options.collection.interval_s
        if interval_s is not None:
            first = now + max(START_S, options.collection.grace_s)
            self._add(collect.KIND, interval_s, self._collect, first)
        if options.retention:
            self._add(retention.KIND, options.retention_s, self._retain, now + START_S)
        if options.scrub_s is not None:
            self._add(scrub.KIND, options.scrub_s, self._scrub, now + START_S)
        self._plan()

    def _add(
        self, kind: str, interval_s: float, run: Callable[[], Awaitable[object]], first: float
    ) -> None:
        last = runs.last(self._backend.db, kind)
        # Without an earlier run soon, not only after a whole interval: a machine may never be on for so long.
        due = (
            self._clock.now() + min(interval_s, HOUR_S)
            if last is None
            else last.started + interval_s
        )
        self._tasks.append(_Task(kind, interval_s, run, max(first, due)))

    def under_way(self) -> dict[str, float]:
        """What was begun here and is not done, and since when."""
        return dict(self._under_way)

    async def _collect(self) -> None:
        if not self._collector.is_due():
            return
        started = self._clock.now()
        report = await self._collector.run()
        self._watch.ran(collect.KIND, USER, started, report=report, freed=report.blob_bytes)

    async def _retain(self) -> None:
        started = self._clock.now()
        report = await self._retainer.run()
        self._watch.ran(retention.KIND, USER, started, report=report)

    async def _scrub(self) -> None:
        started = self._clock.now()
        report = await self._scrubber.run(between=lambda: self._run_due(apart_from=scrub.KIND))
        self._watch.ran(scrub.KIND, USER, started, report=report)

    def _plan(self) -> None:
        if not self._is_closed and self._tasks:
            self._timer = self._clock.call_at(min(task.due for task in self._tasks), self._begin)

    def _begin(self) -> None:
        self._running = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._is_any_due():
                await self._run_due()
        finally:
            self._running = None
            self._plan()

    def _is_any_due(self) -> bool:
        return not self._is_closed and any(task.due <= self._clock.now() for task in self._tasks)

    async def _run_due(self, apart_from: str = "") -> None:
        """Does what is due, one after the other. A scrub takes hours, so the others are done in its breaks."""
        for task in self._tasks:
            if task.name != apart_from and task.due <= self._clock.now() and not self._is_closed:
                await self._attempt(task)

    async def _attempt(self, task: _Task) -> None:
        # Before it runs too: so that it is not due a second time in its own breaks.
        task.due = self._clock.now() + task.interval_s
        self._under_way[task.name] = self._clock.now()
        try:
            await task.run()
            task.failure = ""
        except (jobs.Busy, jobs.Stopped):
            pass  # somebody asked for it by hand, or the registry closes
        except errors.HomeportError as error:
            if str(error) != task.failure:
                _log.warning("%s failed and is tried again later: %s", task.name, error)
            task.failure = str(error)
        except Exception:  # noqa: BLE001 - logged; the others go on
            _log.exception("%s ended with a fault of Homeport and is tried again later", task.name)
        finally:
            del self._under_way[task.name]
        task.due = self._clock.now() + task.interval_s

    async def close(self) -> None:
        """Begins nothing more, and waits for the step of each that is under way, whoever began it."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        for job in (self._collector, self._retainer, self._scrubber):
            await job.close()
        if self._running is not None:
            await asyncio.wait([self._running])

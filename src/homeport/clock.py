"""The one clock. No module reads the time by itself; tests hand in a virtual one and move it."""

from __future__ import annotations

import heapq
import importlib
import itertools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop


class _Loops(Protocol):
    def get_running_loop(self) -> AbstractEventLoop: ...

    async def sleep(self, delay: float) -> None: ...


def _loops() -> _Loops:
    """asyncio, loaded when a loop is needed: commands that have threads do without, and start sooner."""
    module: _Loops = importlib.import_module("asyncio")
    return module


class Timer(Protocol):
    """A call that is still to come."""

    def cancel(self) -> None:
        """Makes the call never happen; harmless when it already has."""


class Clock(Protocol):
    """Wall time in seconds since the Unix epoch, and calls at a time to come."""

    def now(self) -> float:
        """Seconds since the Unix epoch, UTC."""

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Calls back on the event loop at `when` (seconds since the epoch), at once where that has passed."""

    async def sleep(self, duration_s: float) -> None:
        """Returns after `duration_s` seconds of this clock."""


class SystemClock:
    """The machine's clock. Timers count on the loop's monotonic time, so a wall clock that is set does not stall them."""

    def now(self) -> float:
        """Seconds since the Unix epoch, UTC."""
        return time.time()

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Calls back on the running event loop at `when`."""
        return _loops().get_running_loop().call_later(max(0.0, when - time.time()), callback)

    async def sleep(self, duration_s: float) -> None:
        """Returns after `duration_s` seconds."""
        await _loops().sleep(duration_s)


class _VirtualTimer:
    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """A clock for tests: it stands still until moved, and fires timers in the order in which they are due."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start
        self._order = itertools.count()
        self._timers: list[tuple[float, int, _VirtualTimer]] = []

    def now(self) -> float:
        """Seconds since the Unix epoch, as last moved to."""
        return self._now

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Calls back when the clock is moved to `when` or past it."""
        timer = _VirtualTimer(callback)
        heapq.heappush(self._timers, (when, next(self._order), timer))
        return timer

    async def sleep(self, duration_s: float) -> None:
        """Returns when the clock has been moved by `duration_s` seconds."""
        woken = _loops().get_running_loop().create_future()
        timer = self.call_at(
            self._now + duration_s, lambda: None if woken.done() else woken.set_result(None)
        )
        try:
            await woken
        finally:
            timer.cancel()

    async def advance(self, duration_s: float) -> None:
        """Moves time forward, firing each timer at its own instant and letting woken tasks run."""
        end = self._now + duration_s
        await settle()
        while self._timers and self._timers[0][0] <= end:
            when, _, timer = heapq.heappop(self._timers)
            self._now = max(self._now, when)
            if timer.callback is not None:
                timer.callback()
                await settle()
        self._now = end
        await settle()


async def settle(rounds: int = 20) -> None:
    """Lets tasks that are ready run until they wait again."""
    for _ in range(rounds):
        await _loops().sleep(0)

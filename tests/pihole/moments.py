"""Time of a stand-in: moved by hand in tests, the machine's where it runs as a program."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from typing import Protocol


class Moments(Protocol):
    """When it is, and what happens later."""

    def now(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], None]) -> object: ...


class Moved:
    """Stands still until somebody waits; what falls due meanwhile happens on the way, in the thread of whoever waits.

    It is a `homeport.clock.Clock` for whom is asked nothing else than the time.
    """

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start
        self._order = itertools.count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._guard = threading.RLock()

    def now(self) -> float:
        return self._now

    def call_at(self, when: float, callback: Callable[[], None]) -> None:
        with self._guard:
            heapq.heappush(self._due, (when, next(self._order), callback))

    async def sleep(self, duration_s: float) -> None:
        self.wait(duration_s)

    def wait(self, duration_s: float) -> None:
        """Moves on by so many seconds."""
        end = self._now + duration_s
        while (callback := self._next(end)) is not None:
            callback()
        self._now = end

    def _next(self, end: float) -> Callable[[], None] | None:
        with self._guard:
            if not self._due or self._due[0][0] > end:
                return None
            when, _, callback = heapq.heappop(self._due)
            self._now = max(self._now, when)
            return callback


class Real:
    """The machine's own."""

    def now(self) -> float:
        return time.time()

    def call_at(self, when: float, callback: Callable[[], None]) -> None:
        timer = threading.Timer(max(0.0, when - time.time()), callback)
        timer.daemon = True
        timer.start()

"""What the task of a mapping waits on: news, a time, or its end. It costs nothing meanwhile."""

from __future__ import annotations

import asyncio

from homeport.clock import Clock


class Wakening:
    """Wakes one task. News that come while nobody waits wake the next one who does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._news = asyncio.Event()
        self.is_stopped = False

    def tell(self) -> None:
        """There are news."""
        self._news.set()

    def stop(self) -> None:
        """Ends all waits, now and from now on."""
        self.is_stopped = True
        self._news.set()

    async def wait(self, until: float | None = None) -> None:
        """Returns when there are news, at a time (seconds since the epoch), or when stopped."""
        timer = None if until is None else self._clock.call_at(until, self._news.set)
        try:
            if not self.is_stopped:
                await self._news.wait()
                self._news.clear()
        finally:
            if timer is not None:
                timer.cancel()

    async def rest(self, duration_s: float) -> None:
        """Returns after a time, whatever happens, or when stopped. News that came meanwhile are kept."""
        until = self._clock.now() + duration_s
        has_news = False
        while not self.is_stopped and self._clock.now() < until:
            await self.wait(until)
            has_news = True
        if has_news:
            self._news.set()


def pause_s(failures: int, first_s: float, last_s: float) -> float:
    """How long to wait after so many failures in a row."""
    return min(first_s * 2.0 ** min(failures - 1, 60), last_s)

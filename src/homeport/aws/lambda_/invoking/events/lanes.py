"""Work that waits in a database, one task for each consumer that has any; nothing runs where there is none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from homeport.aws.lambda_.invoking import limits
from homeport.clock import Clock
from homeport.errors import StorageError

logger = logging.getLogger(__name__)

K = TypeVar("K")

Round = Callable[[K, asyncio.Event], Awaitable[bool]]
"""Does some of the work of a lane, or waits for it: true where the lane is empty. The event is set by `wake`."""


class Lanes(Generic[K]):
    """Runs the rounds of each lane one after the other, and those of different lanes beside each other."""

    def __init__(self, clock: Clock, do_round: Round[K]) -> None:
        self._clock = clock
        self._round = do_round
        self._tasks: dict[K, asyncio.Task[None]] = {}
        self._news: dict[K, asyncio.Event] = {}
        self._is_closed = False

    def wake(self, lane: K) -> None:
        """There is something new in a lane."""
        news = self._news.get(lane)
        if news is not None:
            news.set()
        elif not self._is_closed:
            self._news[lane] = asyncio.Event()
            self._tasks[lane] = asyncio.ensure_future(self._run(lane))

    async def close(self) -> None:
        """Ends all lanes; what was under way is done again after the next start."""
        self._is_closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Returns when no lane has anything left; for tests."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def _run(self, lane: K) -> None:
        pause_s = limits.FIRST_BACK_OFF_S
        try:
            while True:
                try:
                    self._news[lane].clear()
                    if await self._round(lane, self._news[lane]):
                        # Nothing was awaited since the round looked, so a wake that comes later begins a new lane.
                        return
                    pause_s = limits.FIRST_BACK_OFF_S
                except Exception as wrong:  # noqa: BLE001  said in the log, and tried again
                    self._report(lane, wrong, pause_s)
                    await self._clock.sleep(pause_s)
                    pause_s = min(2 * pause_s, limits.LAST_BACK_OFF_S)
        finally:
            del self._news[lane], self._tasks[lane]

    def _report(self, lane: K, wrong: Exception, pause_s: float) -> None:
        if isinstance(wrong, StorageError):
            logger.warning("Asynchronous work for %s waits for %d s: %s", lane, pause_s, wrong)
        else:
            logger.error("Asynchronous work for %s waits for %d s", lane, pause_s, exc_info=wrong)


async def wait(clock: Clock, due_ms: int, news: asyncio.Event) -> None:
    """Returns when something is due, or there is news."""
    timer = clock.call_at(due_ms / 1000, news.set)
    try:
        await news.wait()
    finally:
        timer.cancel()

"""Long work over the whole registry: one run of a kind at a time, which ends at its next step when the registry closes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from homeport import errors
from homeport.clock import Clock

T = TypeVar("T")


def unheard(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Busy(errors.HomeportError):
    """Another run of the same kind is under way."""


class Stopped(errors.HomeportError):
    """The registry closes; what was done so far is complete in itself."""


class Job:
    """The runs of one kind of work."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._task: asyncio.Task[Any] | None = None
        self._resting: asyncio.Future[None] | None = None
        self._is_closing = False

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does the work. Raises `Busy` where a run is under way. Work that has begun goes on where the caller is cancelled."""
        if self._task is not None or self._is_closing:
            work.close()
            raise self._refusal()
        task = asyncio.get_running_loop().create_task(work)
        self._task = task
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _refusal(self) -> errors.HomeportError:
        if self._is_closing:
            return Stopped(f"The {self._name} did not start: the registry closes.")
        return Busy(f"A {self._name} is under way.", hint="Try again when it has ended.")

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._task = None
        if not task.cancelled():
            # Heard here, as the caller may have gone.
            task.exception()

    def step(self) -> None:
        """To be called between two steps of the work. Raises `Stopped` where it is to end."""
        if self._is_closing:
            raise Stopped(f"The {self._name} was stopped: the registry closes.")

    async def rest(self, clock: Clock, duration_s: float) -> None:
        """Waits, at most until the registry closes."""
        self.step()
        resting = asyncio.get_running_loop().create_future()
        self._resting = resting
        timer = clock.call_at(clock.now() + duration_s, lambda: _wake(resting))
        try:
            await resting
        finally:
            timer.cancel()
            self._resting = None
        self.step()

    async def close(self) -> None:
        """Refuses further runs, and returns when the one that is under way has ended at its next step."""
        self._is_closing = True
        if self._resting is not None:
            _wake(self._resting)
        if self._task is not None:
            await asyncio.wait([self._task])


def _wake(resting: asyncio.Future[None]) -> None:
    if not resting.done():
        resting.set_result(None)

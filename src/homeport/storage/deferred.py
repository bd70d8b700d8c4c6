"""What can wait for company: it is taken with the next of its kind, or after a while without one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Deferred(Generic[T]):
    """Things that wait. `on_time` is called on the event loop when the first of them has waited long enough."""

    def __init__(self, on_time: Callable[[], None]) -> None:
        self._on_time = on_time
        self._things: list[T] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, thing: T, patience_s: float) -> None:
        """One more, that waits as long as those before it or `patience_s`."""
        self._things.append(thing)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(patience_s, self._on_time)

    def take(self) -> list[T]:
        """All of them; they wait no longer."""
        taken, self._things = self._things, []
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return taken

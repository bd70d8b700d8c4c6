"""Threads for work that would hold up the event loop: hashing, writing, syncing. One bounded pool for the process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
Job = Callable[[], object]


class Workers:
    """Runs jobs on at most `limit` threads, which start when they are first needed.

    Slimmer than `concurrent.futures`: a job costs one queue entry. Jobs must not raise and must not wait for later jobs.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._started = 0
        self._outstanding = 0
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[Job] = SimpleQueue()

    def submit(self, job: Job) -> None:
        """Queues a job; returns at once."""
        with self._lock:
            self._outstanding += 1
            is_short = self._started < min(self._outstanding, self._limit)
            self._started += is_short
        self._jobs.put(job)
        if is_short:
            threading.Thread(target=self._work, name="storage", daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                self._jobs.get()()
            finally:
                with self._lock:
                    self._outstanding -= 1

    async def run(
        self,
        job: Callable[[], T],
        on_end: Callable[[], None] | None = None,
        on_lost: Callable[[], None] | None = None,
    ) -> T:
        """Runs a job on a thread and returns its result or raises its error.

        A job that was begun is run to its end also where the caller is cancelled. `on_end` is called on the loop when it has
        ended, `on_lost` where it ended well and the caller was cancelled.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(result: Any, error: BaseException | None) -> None:
            if on_end is not None:
                on_end()
            if not future.cancelled():
                if error is None:
                    future.set_result(result)
                else:
                    future.set_exception(error)
            elif error is None and on_lost is not None:
                on_lost()

        def perform() -> None:
            result: T | None = None
            failure: BaseException | None = None
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001 - handed to the one who waits
                failure = error
            tell(loop, settle, result, failure)

        self.submit(perform)
        return await future


def tell(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *values: Any) -> None:
    """Calls back on the loop from a thread; nobody is told where the loop has ended."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(callback, *values)


SHARED = Workers(limit=max(16, 4 * (os.cpu_count() or 1)))
"""For all content folders. More threads than cores: most of them wait for the disk."""

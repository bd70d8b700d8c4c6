"""Checks passwords with bcrypt: in threads, addresses in turn, and no faster than the throttle lets."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import math
import os
from collections.abc import Callable, Mapping
from typing import NamedTuple

from homeport.clock import Clock
from homeport.registry import errors, limits
from homeport.registry.access import htpasswd
from homeport.registry.access.logins.throttle import Attempt, Throttle, TooMany
from homeport.registry.access.logins.turns import Turns

CHECKS_AT_ONCE = max(1, (os.cpu_count() or 2) // 2)
"""Threads that check passwords: half the machine stays free for those whose password is known."""

BUSY_RETRY_S = 5
"""When to come again where too many passwords wait for bcrypt."""

Hashes = Mapping[str, bytes]


class _Check(NamedTuple):
    """A password that waits for its turn."""

    address: str
    hashes: Hashes
    user: str
    password: bytes
    done: asyncio.Future[bool]


class Passwords:
    """The checks that are under way."""

    def __init__(self, clock: Clock, hashes: Callable[[], Hashes]) -> None:
        self._clock = clock
        self._hashes = hashes
        self._throttle = Throttle()
        self._turns = Turns[_Check]()
        self._running: list[str] = []
        self._pending: dict[tuple[str, bytes], asyncio.Task[bytes | None]] = {}
        self._threads = concurrent.futures.ThreadPoolExecutor(CHECKS_AT_ONCE, "bcrypt")

    async def check(self, key: bytes, address: str, user: str, password: bytes) -> bytes | None:
        """The user's hash, where the password fits it. All that bring the same `key` from an address share one check.

        Raises TOOMANYREQUESTS where too many from the address wait already.
        """
        pending = self._pending.get((address, key))
        if pending is None:
            pending = self._begin(key, address, user, password)
        return await asyncio.shield(pending)

    def close(self) -> None:
        """Ends the checks and the threads."""
        for pending in self._pending.values():
            pending.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(
        self, key: bytes, address: str, user: str, password: bytes
    ) -> asyncio.Task[bytes | None]:
        try:
            attempt = self._throttle.begin(address, user, self._clock.now())
        except TooMany as error:
            raise _busy(math.ceil(error.retry_s), "too many failed logins") from error
        checking = self._check(attempt, address, user, password)
        task = asyncio.get_running_loop().create_task(checking)
        self._pending[address, key] = task
        task.add_done_callback(functools.partial(self._forget, (address, key)))
        return task

    def _forget(self, key: tuple[str, bytes], task: asyncio.Task[bytes | None]) -> None:
        del self._pending[key]
        if not task.cancelled():
            # Heard here, as nobody may be left who awaits it.
            task.exception()

    async def _check(
        self, attempt: Attempt, address: str, user: str, password: bytes
    ) -> bytes | None:
        is_right = None
        try:
            await self._wait(attempt)
            hashes = self._hashes()
            is_right = await self._verify(address, hashes, user, password)
        finally:
            self._throttle.end(attempt, is_right=is_right)
        return hashes[user] if is_right else None

    async def _wait(self, attempt: Attempt) -> None:
        try:
            delay = attempt.start - self._clock.now()
            if delay > 0:
                await self._clock.sleep(delay)
        finally:
            self._throttle.begun(attempt)

    async def _verify(self, address: str, hashes: Hashes, user: str, password: bytes) -> bool:
        here = self._turns.waiting(address) + self._running.count(address)
        if here >= limits.PASSWORD_CHECKS_WAITING:
            raise _busy(BUSY_RETRY_S, "too many logins at once")
        if len(self._turns) >= limits.PASSWORD_CHECKS:
            dropped = self._turns.drop()
            if dropped is not None and not dropped.done.done():
                dropped.done.set_exception(_busy(BUSY_RETRY_S, "too many logins at once"))
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._turns.add(address, _Check(address, hashes, user, password, done))
        self._run()
        return await done

    def _run(self) -> None:
        """Gives the threads what comes next."""
        loop = asyncio.get_running_loop()
        while len(self._running) < CHECKS_AT_ONCE:
            check = self._turns.take()
            if check is None:
                return
            if check.done.done():
                continue  # nobody waits for it any more
            self._running.append(check.address)
            found = loop.run_in_executor(
                self._threads, htpasswd.verify, check.hashes, check.user, check.password
            )
            found.add_done_callback(functools.partial(self._ran, check))

    def _ran(self, check: _Check, found: asyncio.Future[bool]) -> None:
        self._running.remove(check.address)
        if not check.done.done():
            if found.cancelled():
                check.done.cancel()
            elif (error := found.exception()) is not None:
                check.done.set_exception(error)
            else:
                check.done.set_result(found.result())
        if not found.cancelled():
            self._run()


def _busy(retry_s: int, why: str) -> errors.Failure:
    """https://www.rfc-editor.org/rfc/rfc6585#section-4"""
    return errors.Failure(
        "TOOMANYREQUESTS",
        f"{why}; try again in {retry_s} s",
        headers=[("Retry-After", str(retry_s))],
    )

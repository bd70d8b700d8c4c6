"""All environments of this machine: who gets one, which are started, which make room.

Nothing here looks at the time again and again: one timer stands for the environment that is idle for the longest.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from homeport.aws.lambda_.executors.base import MissingRuntime, StartFailed
from homeport.aws.lambda_.invoking import errors
from homeport.aws.lambda_.invoking.environments.environment import Environment
from homeport.aws.lambda_.invoking.environments.launcher import Launcher
from homeport.aws.lambda_.invoking.environments.pool import PATIENCE_S, Lease, Pool
from homeport.aws.lambda_.invoking.environments.pools import Pools
from homeport.aws.lambda_.invoking.functions import Functions
from homeport.aws.lambda_.invoking.settings import InvokeSettings
from homeport.aws.lambda_.model import Function, Version
from homeport.aws.protocol.call import AwsError
from homeport.clock import Clock, Timer

logger = logging.getLogger(__name__)

START_S = 2.0
"""A start that takes longer no longer keeps others from starting."""


class Environments:
    """Keeps at most as many as the settings allow, and starts no more than there are invocations to run."""

    def __init__(
        self, functions: Functions, launcher: Launcher, clock: Clock, settings: InvokeSettings
    ) -> None:
        self._functions = functions
        self._launcher = launcher
        self._clock = clock
        self._settings = settings
        self._pools = Pools()
        self._count = 0
        """Environments that were started and have not ended."""
        self._starting = 0
        self._making_room = 0
        self._for_room: deque[asyncio.Future[None]] = deque()
        """Runs that start an environment themselves, and wait for room."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._expiry: Timer | None = None
        self._is_closed = False

    # Who gets one

    async def acquire(self, version: Version, *, may_wait: bool = False) -> Lease:
        """An environment that is ready to run the version; or why a new one could not get ready.

        Raises TooManyRequestsException where the machine stays full, unless the caller `may_wait` for as long as it takes; and
        what is wrong where the version cannot run here.
        """
        if self._is_closed:
            raise errors.service("The service is stopping.")
        pool = self._pools.of(version)
        idle = pool.take_idle()
        if idle is not None:
            return idle
        waiter: asyncio.Future[Lease] = asyncio.get_running_loop().create_future()
        pool.waiting.append(waiter)
        self._insist(pool, waiter)
        timer = self._give_up_later(waiter, may_wait=may_wait)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._give_back(waiter.result())
            raise
        finally:
            if waiter in pool.waiting:
                pool.waiting.remove(waiter)
            self._pools.tidy(pool)
            if timer is not None:
                timer.cancel()

    def _insist(self, pool: Pool, waiter: asyncio.Future[Lease]) -> None:
        """Sees to it that who waits does not count for ever on an environment that is about to be ready."""
        if not waiter.done():
            self._fill(pool)
            if pool.ready_soon(self._clock.now()):
                self._after(PATIENCE_S, functools.partial(self._insist, pool, waiter))

    def _give_up_later(self, waiter: asyncio.Future[Any], *, may_wait: bool) -> Timer | None:
        if may_wait:
            return None
        return self._after(self._settings.queue_s, functools.partial(_give_up, waiter))

    def _give_back(self, lease: Lease) -> None:
        if isinstance(lease, Environment) and not lease.is_ended:
            self.environment_idle(lease)

    def _after(self, duration_s: float, callback: Callable[[], None]) -> Timer:
        return self._clock.call_at(self._clock.now() + duration_s, callback)

    # Starting

    def _fill(self, pool: Pool) -> None:
        """Starts what who waits needs, as far as there is room."""
        now = self._clock.now()
        while (wanted := pool.wanted(now)) > 0 and self._starting < self._settings.starts:
            if self._count >= self._settings.environments:
                self._make_room(wanted)
                return
            self._count += 1
            self._starting += 1
            pool.starting += 1
            self._spawn(self._start_one(pool))

    def _fill_all(self) -> None:
        for pool in self._pools:
            if pool.waiting:
                self._fill(pool)

    async def _start_one(self, pool: Pool) -> None:
        slot = _Slot(self)
        timer = self._after(START_S, slot.free)
        environment: Environment | None = None
        try:
            environment = await self._launch(pool)
            failed = await environment.started
        except Exception as wrong:  # noqa: BLE001  told to who waits
            if environment is None:
                self._count -= 1
            pool.refuse(_refusal(wrong))
        else:
            if failed is not None:
                # Who waits starts one anew within its run; where nobody does, the next one who comes meets the failure itself.
                pool.serve(failed)
            elif not environment.is_ended:
                self.environment_idle(environment)
        finally:
            timer.cancel()
            slot.free()
            pool.starting -= 1
            self._pools.tidy(pool)
            self._fill_all()

    def start_over(self) -> None:
        """A start has ended, or takes long: another may begin."""
        self._starting -= 1
        self._fill_all()

    async def restart(self, version: Version, *, may_wait: bool = False) -> Environment:
        """One more environment, for a run whose first could not get ready; it gets ready within the run. Raises as `acquire`."""
        await self._room(may_wait=may_wait)
        pool = self._pools.for_run(version)
        self._count += 1
        pool.restarting += 1
        try:
            return await self._launch(pool)
        except Exception as wrong:
            self._count -= 1
            raise _refusal(wrong) from wrong
        except asyncio.CancelledError:
            self._count -= 1
            raise
        finally:
            pool.restarting -= 1
            self._pools.tidy(pool)

    async def _launch(self, pool: Pool) -> Environment:
        environment, run = await self._launcher.launch(pool.version, self)
        pool.environments.add(environment)
        run()
        if self._is_closed:
            environment.end()
        return environment

    # Making room

    def _make_room(self, wanted: int) -> None:
        """Ends environments that are idle for the longest, whosever they are."""
        while self._making_room < wanted:
            oldest = self._pools.idle_longest()
            if oldest is None:
                return
            self._making_room += 1
            self._end_idle(oldest)
            oldest.gone.add_done_callback(self._room_made)

    async def _room(self, *, may_wait: bool) -> None:
        """Returns when there is room for one more. Raises TooManyRequestsException."""
        while self._count >= self._settings.environments:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._for_room.append(waiter)
            self._make_room(len(self._for_room))
            timer = self._give_up_later(waiter, may_wait=may_wait)
            try:
                await waiter
            finally:
                if waiter in self._for_room:
                    self._for_room.remove(waiter)
                if timer is not None:
                    timer.cancel()

    def _room_made(self, _: asyncio.Future[None]) -> None:
        self._making_room -= 1

    def _end_idle(self, environment: Environment) -> None:
        self._pools.with_(environment).idle.remove(environment)
        environment.end()

    # Told by environments

    def environment_idle(self, environment: Environment) -> None:
        """One can run another invocation."""
        pool = self._pools.with_(environment)
        if pool.serve(environment):
            return
        if pool.is_retired or self._is_closed:
            environment.end()
            return
        environment.idle_since = self._clock.now()
        pool.idle.append(environment)
        if self._expiry is None:
            self._expiry = self._after(self._settings.idle_s, self._expire)
        if self._count >= self._settings.environments:
            self._make_room(len(self._for_room))
            self._fill_all()

    def environment_ended(self, environment: Environment) -> None:
        """One has ended, so there is room for another."""
        pool = self._pools.with_(environment)
        pool.forget(environment)
        self._count -= 1
        self._pools.tidy(pool)
        while self._for_room:
            waiter = self._for_room.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._fill_all()

    def _expire(self) -> None:
        self._expiry = None
        while (oldest := self._pools.idle_longest()) is not None:
            expires_at = oldest.idle_since + self._settings.idle_s
            if expires_at > self._clock.now():
                self._expiry = self._clock.call_at(expires_at, self._expire)
                return
            self._end_idle(oldest)

    # Ending

    def check(self, function: Function) -> None:
        """A function was changed: what runs an older state of one of its versions ends."""
        for pool in self._pools.of_function(function):
            try:
                resolved = self._functions.resolve(*function, pool.version.version)
            except AwsError as wrong:
                # Where it is not ready just now, the next invocation sees what became of it.
                is_replaced = wrong.code == "ResourceNotFoundException"
            else:
                is_replaced = resolved.version.revision != pool.version.revision
            if is_replaced:
                self._pools.retire(pool)

    async def close(self) -> None:
        """Ends all, with what they run."""
        self._is_closed = True
        if self._expiry is not None:
            self._expiry.cancel()
        pools = list(self._pools)
        for pool in pools:
            while pool.waiting:
                pool.refuse(errors.service("The service is stopping."))
        for waiter in self._for_room:
            if not waiter.done():
                waiter.set_exception(errors.service("The service is stopping."))
        environments = [each for pool in pools for each in pool.environments]
        for environment in environments:
            environment.end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(each.gone for each in environments))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Slot:
    """One of the starts that may go on at the same time."""

    def __init__(self, environments: Environments) -> None:
        self._environments: Environments | None = environments

    def free(self) -> None:
        """Gives it back, once."""
        environments, self._environments = self._environments, None
        if environments is not None:
            environments.start_over()


def _give_up(waiter: asyncio.Future[Any]) -> None:
    if not waiter.done():
        waiter.set_exception(errors.throttled(errors.ACCOUNT))


def _refusal(wrong: Exception) -> Exception:
    if isinstance(wrong, MissingRuntime):
        return errors.missing_runtime(str(wrong))
    if isinstance(wrong, StartFailed):
        logger.warning("An environment could not be started: %s", wrong)
        return errors.service(str(wrong))
    return wrong

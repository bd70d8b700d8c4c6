"""The environments of one version: those that are idle, and the invocations that wait for one."""

from __future__ import annotations

import asyncio
from collections import deque

from homeport.aws.lambda_.invoking.environments.endings import Ending
from homeport.aws.lambda_.invoking.environments.environment import Environment
from homeport.aws.lambda_.model import Version

Lease = Environment | Ending
"""An environment that is ready; or why it could not get ready, which AWS tells nobody: it starts one anew within the run."""

PATIENCE_S = 0.05
"""How long who waits counts on an environment whose run is answered, before another one is started."""


class Pool:
    """The one that became idle last is used first, so that those which are too many get old."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.environments: set[Environment] = set()
        """All that have not ended."""
        self.idle: deque[Environment] = deque()
        """The one that is idle for the longest first."""
        self.waiting: deque[asyncio.Future[Lease]] = deque()
        self.starting = 0
        """Environments that are started for those who wait."""
        self.restarting = 0
        """Those that are started for one run."""
        self.is_retired = False
        """Its version was replaced: what runs still ends its run."""

    def take_idle(self) -> Environment | None:
        """One that is idle, where nobody waits for it."""
        return self.idle.pop() if self.idle and not self.waiting else None

    def wanted(self, now: float) -> int:
        """How many environments are to be started for those who wait, beside those that will be ready soon."""
        return len(self.waiting) - self.starting - self.ready_soon(now)

    def ready_soon(self, now: float) -> int:
        """How many have just answered, and will ask for their next run in a moment."""
        return sum(each.is_ready_soon(now, PATIENCE_S) for each in self.environments)

    def serve(self, lease: Lease) -> bool:
        """Gives a lease to who waits for the longest; false where nobody waits."""
        waiter = self._next()
        if waiter is None:
            return False
        waiter.set_result(lease)
        return True

    def refuse(self, error: Exception) -> None:
        """Tells who waits for the longest that there will be no environment."""
        waiter = self._next()
        if waiter is not None:
            waiter.set_exception(error)

    def _next(self) -> asyncio.Future[Lease] | None:
        while self.waiting:
            waiter = self.waiting.popleft()
            if not waiter.done():
                return waiter
        return None

    def forget(self, environment: Environment) -> None:
        """One has ended."""
        self.environments.discard(environment)
        if environment in self.idle:
            self.idle.remove(environment)

    @property
    def is_empty(self) -> bool:
        """Nothing is left of it."""
        return not (self.environments or self.waiting or self.starting or self.restarting)

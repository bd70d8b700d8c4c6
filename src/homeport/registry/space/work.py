"""The work over the whole registry that is done beside requests: counting pulls, collections, retention, scrubs, old uploads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from homeport.registry.backend import Backend
from homeport.registry.events.watch import Watch
from homeport.registry.options import Options
from homeport.registry.space.collect import Collector
from homeport.registry.space.pulls import Pulls
from homeport.registry.space.retention import Retainer
from homeport.registry.space.schedule import Schedule
from homeport.registry.space.scrub import Scrubber


class Work:
    """All of it. `expire` gives up old uploads; `watch` is told of each run that the schedule began."""

    def __init__(
        self,
        backend: Backend,
        options: Options,
        expire: Callable[[], Awaitable[object]],
        watch: Watch,
    ) -> None:
        self._pulls = Pulls(backend)
        self.collector = Collector(backend, options.collection)
        self.retainer = Retainer(
            backend, options.retention, grace_s=options.collection.grace_s, pulls=self._pulls
        )
        self.scrubber = Scrubber(backend)
        self._schedule = Schedule(
            backend, options, self.collector, self.retainer, self.scrubber, expire, watch
        )

    def start(self) -> None:
        """From now on each is done in its time."""
        self._schedule.start()

    async def close(self) -> None:
        """Begins nothing more, lets the steps that are under way end, and writes down the last pulls."""
        await self._schedule.close()
        await self._pulls.close()

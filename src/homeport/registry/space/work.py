"""The work over the whole registry that is done beside requests: counting pulls, samples of the usage, collections, retention, scrubs, old uploads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from homeport.registry.backend import Backend
from homeport.registry.events.watch import Watch
from homeport.registry.options import Options
from homeport.registry.space.collect import Collector
from homeport.registry.space.figures.history import History
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
        self.history = History(backend)
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
        self.history.start()

    def under_way(self) -> dict[str, float]:
        """What the schedule has begun and is not done, by kind, and since when."""
        return self._schedule.under_way()

    async def close(self) -> None:
        """Begins nothing more, lets the steps that are under way end, and writes down the last pulls."""
        await self._schedule.close()
        await self._pulls.close()
        await self.history.close()

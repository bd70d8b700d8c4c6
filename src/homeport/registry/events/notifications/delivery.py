"""Carries events to endpoints: one post at a time for each, and in the order of their rows."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from homeport.clock import Clock
from homeport.registry.events.notifications import envelope
from homeport.registry.events.notifications.endpoint import Endpoint
from homeport.registry.events.notifications.posts import Open, Poster
from homeport.storage.deliveries.carrier import DONE, Outcome
from homeport.storage.deliveries.outbox import Entry

_log = logging.getLogger(__name__)

MOVED = frozenset({301, 302, 307, 308})
"""Says that the events were not taken here. Distribution follows and counts what comes then, though after 301 and 302 it asks with
GET, and the event is lost: https://pkg.go.dev/net/http#Client.Do. Here they stay until the address is right."""


class Delivery:
    """What the carrier calls. `posts` makes what posts to an endpoint, when it is first needed."""

    def __init__(self, endpoints: Sequence[Endpoint], clock: Clock, posts: Open) -> None:
        self._by_lane = {each.lane: each for each in endpoints}
        self._clock = clock
        self._open = posts
        self._posters: dict[str, Poster] = {}

    async def __call__(self, lane: str, entries: Sequence[Entry]) -> Sequence[Outcome]:
        """Tells the first of the entries; keeps all of them where that is in vain, but for those that are too old."""
        to = self._by_lane[lane]
        if to.failures and (old := self._outdated(to, entries)):
            return _give_up(to, old)
        batch = to.batch([entry.body for entry in entries])
        failure = await self._post(to, batch)
        if failure is None:
            if to.failures:
                _log.info("The webhook %s takes events again", to.hook.name)
            to.succeeded(len(batch))
            return [DONE] * len(batch)
        pause_s = to.failed()
        if to.failures == 1 or to.failures == to.hook.threshold:
            _log.warning(
                "The webhook %s did not take %d events, the next try is in %g s: %s",
                to.hook.name,
                len(batch),
                pause_s,
                to.hide(failure),
            )
        if old := self._outdated(to, entries):
            return _give_up(to, old)
        return [Outcome(retry_at_ms=int((self._clock.now() + pause_s) * 1000))]

    def close(self) -> None:
        """Lets go of connections."""
        for poster in self._posters.values():
            poster.close()

    async def _post(self, to: Endpoint, batch: Sequence[str]) -> str | None:
        """Why the events were not taken; None where they were."""
        poster = self._posters.get(to.lane)
        if poster is None:
            poster = self._posters[to.lane] = await self._open(to.hook)
        try:
            status = await poster.post(to.url, to.headers, envelope.body(batch))
        except ConnectionError as error:
            to.tally.errors += len(batch)
            return str(error)
        to.tally.statuses[status] = to.tally.statuses.get(status, 0) + 1
        # "any 2xx or 3xx response code": https://distribution.github.io/distribution/about/notifications/#responses
        if 200 <= status < 400 and status not in MOVED:
            return None
        to.tally.failures += len(batch)
        return f"it answered {status}" + (", redirects are not followed" if status in MOVED else "")

    def _outdated(self, to: Endpoint, entries: Sequence[Entry]) -> int:
        """How many of the first entries have waited for longer than they are kept."""
        oldest_ms = (self._clock.now() - to.hook.keep_s) * 1000
        for count, entry in enumerate(entries):
            if entry.created_ms >= oldest_ms:
                return count
        return len(entries)


def _give_up(to: Endpoint, count: int) -> Sequence[Outcome]:
    if to.gave_up(count):
        _log.warning(
            "Events for the webhook %s are given up from now on: it took none for %g hours",
            to.hook.name,
            to.hook.keep_s / 3600,
        )
    return [DONE] * count

"""The last things that happened, for people who watch: in memory, so that a restart begins anew."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from homeport.clock import Clock, Timer
from homeport.edge import http
from homeport.registry.events import journal, origin
from homeport.registry.events.journal import Event

KEPT = 1000
"""Events that are kept: some 500 kB."""
WAITING = 64
"""Who may wait for news at once. Each is a request that is held open, and looks through what came at each ring of the bell."""
GATHER_S = 0.1
"""Time from an event to the bell, so that a burst of pulls wakes everybody once. For the eye it is at once:
https://www.nngroup.com/articles/response-times-3-important-limits/"""


class Happening(NamedTuple):
    """One thing that happened. It holds nothing of the request but the user's name."""

    seq: int
    at: float
    action: str
    kind: str
    repository: str
    tag: str
    digest: str
    media_type: str
    bytes: int
    user: str


class Page(NamedTuple):
    """Some of them, the oldest first."""

    events: list[Happening]
    next: int
    """What to ask for to get those behind them."""


Shown = Callable[[Happening], bool]
"""Whether somebody may see it."""


class Recent:
    """Listens to the journal where it is told to."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: deque[Happening] = deque(maxlen=KEPT)
        # Of the time, so that who watched before a restart is told all that came after it.
        self._last = int(clock.now() * 1000)
        self._waiters: set[asyncio.Future[bool]] = set()
        self._bell: Timer | None = None
        self._is_closed = False

    def tell(self, event: Event) -> None:
        """Keeps a push, a mount, a delete or the pull of a manifest. As short as can be: it is paid by each pull.

        What the web console asks for is no pull: to watch must not make news.
        The pulls of config and layers belong to that of their manifest, and what blobs a collection removes stands in its report:
        they would leave no room for anything else.
        """
        is_pull = event.action == journal.PULL
        if event.action == journal.LOOK or (is_pull and event.is_shown):
            return
        if event.kind == journal.BLOB and (is_pull or event.request is None):
            return
        self._last += 1
        self._kept.append(
            Happening(
                self._last,
                self._clock.now(),
                event.action,
                event.kind,
                event.repository,
                event.tag,
                event.digest,
                event.media_type,
                event.size,
                origin.user(event),
            )
        )
        if self._waiters and self._bell is None:
            self._bell = self._clock.call_at(self._clock.now() + GATHER_S, self._ring)

    def after(self, seq: int, count: int, shown: Shown) -> Page:
        """The first `count` behind a number. A number that was never given stands for the beginning."""
        kept = self._kept
        first = self._last - len(kept) + 1
        start = seq + 1 - first if first <= seq + 1 <= self._last + 1 else 0
        found: list[Happening] = []
        for each in islice(kept, start, None):
            if shown(each):
                found.append(each)
                if len(found) == count:
                    return Page(found, each.seq)
        return Page(found, self._last)

    def newest(self, count: int, shown: Shown) -> Page:
        """The last `count`."""
        found = list(islice((each for each in reversed(self._kept) if shown(each)), count))
        return Page(found[::-1], self._last)

    async def wait(self, request: http.Request, until: float) -> bool:
        """Returns when something happened; or, without it, at a time, when the client or the registry goes, or where too many wait."""
        if self._is_closed or len(self._waiters) >= WAITING:
            return False
        woken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        timer = self._clock.call_at(until, lambda: _end(woken, has_news=False))
        request.on_gone = lambda: _end(woken, has_news=False)
        self._waiters.add(woken)
        try:
            return await woken
        finally:
            self._waiters.discard(woken)
            timer.cancel()
            request.on_gone = None

    def close(self) -> None:
        """Ends all waiting, now and from now on."""
        self._is_closed = True
        if self._bell is not None:
            self._bell.cancel()
        for woken in self._waiters:
            _end(woken, has_news=False)

    def _ring(self) -> None:
        self._bell = None
        for woken in self._waiters:
            _end(woken, has_news=True)


def _end(woken: asyncio.Future[bool], *, has_news: bool) -> None:
    if not woken.done():
        woken.set_result(has_news)

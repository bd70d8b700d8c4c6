"""Services that are not there yet: those that are being opened, and those that are opened with their first request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from homeport.edge import http

Begin = Callable[[str], None]
"""Begins to open a service; it arrives later, or is given up."""


def nobody(_: str) -> None:
    """No service is opened with its first request."""


class Arrivals:
    """Who is waited for."""

    def __init__(
        self, expected: Collection[str] = (), available: Collection[str] = (), begin: Begin = nobody
    ) -> None:
        self.expected = dict.fromkeys(expected)
        """Services that are being opened."""
        self.available = dict.fromkeys(available)
        """Services that are opened with their first request, also while that goes on."""
        self.is_complete = not expected
        """Whether all have come that were expected from the start."""
        self._begin = begin
        self._begun: set[str] = set()
        self._news = asyncio.Event()

    def arrived(self, names: Collection[str]) -> None:
        """Services are there; what waits looks again."""
        for name in names:
            self.expected.pop(name, None)
            self.available.pop(name, None)
            self._begun.discard(name)
        self._tell()

    def complete(self) -> None:
        """All have come that were expected from the start."""
        self.is_complete = True
        self.expected.clear()
        self._tell()

    def give_up(self, name: str) -> None:
        """A service whose opening was begun could not be opened; the next request for it begins anew."""
        self._begun.discard(name)
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def is_awaited(self, name: str) -> bool:
        """Whether a service that is not there may still come; one that is available is begun by that."""
        if name in self.available and name not in self._begun:
            self._begun.add(name)
            self._begin(name)
        return name in self._begun or not self.is_complete

    def news(self, name: str) -> Awaitable[None]:
        """Waits until services have come, counted from this call. Raises `HttpError` where this one was given up.

        What comes before the one who asked is run again has come all the same: else it would be waited for for ever.
        """
        return self._come(name, self._news, has_begun=name in self._begun)

    async def _come(self, name: str, news: asyncio.Event, *, has_begun: bool) -> None:
        await news.wait()
        if has_begun and name in self.available and name not in self._begun:
            raise http.HttpError(f"The service {name} could not be opened; the log says why.", 503)

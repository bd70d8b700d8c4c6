"""One upstream with all that is kept of it in memory: connections, counters, what waits for it, what failed of late."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import NamedTuple

from homeport.clock import Clock
from homeport.registry import errors
from homeport.registry.options import Upstream
from homeport.registry.upstream import limits
from homeport.registry.upstream.asking.errors import Absent, Limited, Unreachable, UpstreamError
from homeport.registry.upstream.client import Client
from homeport.registry.upstream.counters import Counters

_log = logging.getLogger(__name__)


class _Failure(NamedTuple):
    """What is remembered of an error. Not the error: it holds the frames that it came through, some 20 KB."""

    until: float
    what: str
    retry_after_s: float | None

    def error(self) -> Unreachable:
        """The error anew."""
        if self.retry_after_s is None:
            return Unreachable(self.what)
        return Limited(self.what, self.retry_after_s)


class Source:
    """Another registry, as a place to fetch from."""

    def __init__(self, upstream: Upstream, clock: Clock) -> None:
        """Raises `SettingsError` where it can not be asked as it is set."""
        self.prefix = upstream.prefix.strip("/")
        self.fresh_s = upstream.fresh_s
        self.client = Client(upstream, clock)
        self.counters = Counters()
        self.label = self.prefix or self.client.url
        """What people are told that it is."""
        self._clock = clock
        self._waiting = 0
        self._failures: dict[tuple[str, str], _Failure] = {}
        self._warned = float("-inf")

    @contextlib.contextmanager
    def admitted(self) -> Iterator[None]:
        """Lets a client wait for the upstream; raises TOOMANYREQUESTS where too many do."""
        if self._waiting >= limits.WAITING:
            raise errors.Failure(
                "TOOMANYREQUESTS",
                f"too many requests wait for {self.label}",
                headers=[("Retry-After", "5")],
            )
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    @contextlib.contextmanager
    def asking(self, name: str, reference: str) -> Iterator[None]:
        """Around requests for one thing: one that has just failed fails again without a request.

        Raises as it did then, or what is raised inside.
        """
        key = (name, reference)
        failed = self._failures.get(key)
        now = self._clock.now()
        if failed is not None and now < failed.until:
            raise failed.error()
        self._failures.pop(key, None)
        try:
            with self.counted():
                yield
        except Unreachable as error:
            self._remember(key, error)
            raise

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        """Around requests: counts failures, and tells of them from time to time."""
        try:
            yield
        except UpstreamError as error:
            if not isinstance(error, Absent):
                self.counters.errors += 1
                self._warn(error)
            raise

    def _remember(self, key: tuple[str, str], error: Unreachable) -> None:
        after_s = error.retry_after_s if isinstance(error, Limited) else None
        wait_s = min(max(limits.FAILURE_S, after_s or 0), limits.LIMITED_S)
        if len(self._failures) >= limits.FAILURES:
            del self._failures[next(iter(self._failures))]
        self._failures[key] = _Failure(self._clock.now() + wait_s, error.what, after_s)

    def _warn(self, error: UpstreamError) -> None:
        now = self._clock.now()
        if abs(now - self._warned) >= limits.WARN_S:
            self._warned = now
            _log.warning("The upstream %s failed: %s", self.label, error.what)

"""How many batches of a queue are processed side by side, and how long to wait after failures. Pure.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html,
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-backoff-strategy
"""

from __future__ import annotations

from homeport.aws.delivery.event_sources import limits
from homeport.aws.delivery.event_sources.wakening import pause_s


class Pace:
    """Grows with the backlog, shrinks with each failure. Times are seconds since the epoch."""

    def __init__(self, most: int | None, now: float) -> None:
        self._most = most or limits.MOST_CONCURRENCY
        self._grown = now
        self._failures = 0
        self.limit = min(limits.FIRST_CONCURRENCY, self._most)
        """Batches that may be processed side by side."""

    def succeeded(self) -> None:
        """A batch was done."""
        self._failures = 0

    def failed(self) -> None:
        """The function has failed, was throttled or is not there."""
        self._failures += 1
        self.limit = max(1, self.limit // 2)

    def grow(self, now: float) -> float | None:
        """Allows one more where all places have been taken for long enough, and returns when to ask again; None for never."""
        if self._failures or self.limit >= self._most:
            return None
        if now - self._grown >= limits.GROWTH_S:
            self._grown = now
            self.limit += 1
        return self._grown + limits.GROWTH_S

    @property
    def pause_s(self) -> float:
        """How long to wait before the next messages are taken."""
        if not self._failures:
            return 0.0
        return pause_s(self._failures, limits.FIRST_PAUSE_S, limits.LAST_PAUSE_S)

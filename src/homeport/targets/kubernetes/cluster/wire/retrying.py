"""Asks again what can be asked again, for a while."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from homeport.clock import Clock
from homeport.targets.kubernetes.cluster.wire.reply import Reply


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, and how often."""

    total_s: float = 30.0
    """Until it is given up; a K3s server that restarts is back by then."""
    first_s: float = 10.0
    """For the first try: one that hangs for ever leaves time for another."""
    pause_s: float = 0.2
    """The first pause; each is twice the one before."""
    longest_pause_s: float = 5.0


class Broken(Exception):
    """There was no whole answer."""

    may_pass = True
    retry_after_s = 0.0

    def __init__(self, why: str, *, was_sent: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.is_undone = not was_sent
        """Whether the server never heard of it."""
        self.told = f"The API server gave no answer: {why}."


class Tried(NamedTuple):
    """How it ended: with an answer, good or bad, or without one."""

    outcome: Reply | Broken
    times: int


Attempt = Callable[[float], Reply]
"""Asks once, within so many seconds. Raises `Broken`."""
Told = Callable[[str, float], None]
"""Is told why there is a pause, in a sentence, and how long it is."""


def wait(duration_s: float) -> None:
    """Returns after so many seconds."""
    threading.Event().wait(duration_s)


def chance() -> float:
    """Any number from 0 to 1."""
    return random.random()  # noqa: S311  # so that many who wait do not come back at once; no secret


class Retrying:
    """Pauses grow, with chance in them, and are as long as the server says where it says so."""

    def __init__(
        self,
        clock: Clock,
        patience: Patience,
        *,
        wait: Callable[[float], None] = wait,
        chance: Callable[[], float] = chance,
        told: Told | None = None,
    ) -> None:
        self._clock = clock
        self._patience = patience
        self._wait = wait
        self._chance = chance
        self._told = told

    def ask(self, attempt: Attempt, *, is_repeatable: bool) -> Tried:
        """Asks until there is an answer that counts, or until it may not be asked again, or the time is over.

        `is_repeatable` tells whether that does no harm where the last time may have been carried out.
        """
        end = self._clock.now() + self._patience.total_s
        times = 0
        while True:
            tried = self._once(attempt, times, end)
            times = tried.times
            pause_s = self._pause_s(tried, is_repeatable=is_repeatable)
            if pause_s is None or self._clock.now() + pause_s >= end:
                return tried
            if self._told is not None:
                self._told(tried.outcome.told, pause_s)
            self._wait(pause_s)

    def _once(self, attempt: Attempt, times: int, end: float) -> Tried:
        first_s = self._patience.first_s
        limit_s = first_s if times == 0 else max(first_s, end - self._clock.now())
        try:
            return Tried(attempt(limit_s), times + 1)
        except Broken as error:
            return Tried(error, times + 1)

    def _pause_s(self, tried: Tried, *, is_repeatable: bool) -> float | None:
        """How long to wait before it is asked again; None where it is not."""
        outcome = tried.outcome
        if not outcome.may_pass or not (is_repeatable or outcome.is_undone):
            return None
        grown_s = self._patience.pause_s * 2.0 ** min(tried.times - 1, 16)
        grown_s = min(grown_s, self._patience.longest_pause_s)
        return max(outcome.retry_after_s, grown_s * (0.5 + self._chance() / 2))

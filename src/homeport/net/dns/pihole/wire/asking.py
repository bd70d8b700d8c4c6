"""Asks a Pi-hole until it answers, for a while: one that takes a change in restarts itself, and is away meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from homeport import errors
from homeport.clock import Clock
from homeport.net.dns.pihole import limits
from homeport.net.dns.pihole.wire.connection import Wire
from homeport.net.dns.pihole.wire.reply import Broken, Reply
from homeport.net.dns.records import Told

Wait = Callable[[float], None]
"""Returns after so many seconds."""


def wait(duration_s: float) -> None:
    """Returns after so many seconds."""
    threading.Event().wait(duration_s)


class Away(errors.HomeportError):
    """Nobody answers, or not to the end."""


class Asking:
    """One request after the other. Each may be made twice, as long as nothing else is said."""

    def __init__(self, wire: Wire, time: Clock, wait: Wait) -> None:
        self.told: Told | None = None
        self._wire, self._time, self._wait = wire, time, wait

    @property
    def where(self) -> str:
        """Who is asked."""
        return self._wire.where

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str],
        within_s: float,
        is_repeatable: bool = True,
    ) -> Reply:
        """The answer, whatever it says. Raises `Away` where there is none in time."""
        pauses = Pauses(self._time, self._wait, within_s)
        while True:
            try:
                reply = self._wire.ask(method, path, headers, body)
            except Broken as error:
                why, may_be_repeated = error.why, is_repeatable or not error.was_sent
            else:
                if not reply.is_away:
                    return reply
                why, may_be_repeated = f"status {reply.status} of a proxy", True
            if not may_be_repeated or pauses.are_over:
                raise self._away(why)
            if pauses.is_first and self.told is not None:
                self.told(f"{_sentence(self.where)} does not answer ({why}); waiting for it.")
            pauses.pause()

    def _away(self, why: str) -> Away:
        return Away(
            f"{_sentence(self.where)} does not answer: {why}.",
            hint="See pihole.url, and whether it runs (on its machine: pihole status). "
            "Where its name is not known here, its address does as well.",
        )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


class Pauses:
    """Between tries, each longer than the one before, until the time is over."""

    def __init__(self, time: Clock, wait: Wait, total_s: float) -> None:
        self._time, self._wait = time, wait
        self._end = time.now() + total_s
        self._next_s = limits.PAUSE_S
        self.is_first = True

    @property
    def are_over(self) -> bool:
        """Whether the time is over, or will be after the next pause."""
        return not self.has_room(0)

    def has_room(self, least_s: float) -> bool:
        """Whether a pause of so many seconds at least ends in time."""
        return self._time.now() + max(self._next_s, least_s) <= self._end

    def pause(self, least_s: float = 0) -> None:
        """Waits for the next try."""
        self._wait(max(self._next_s, least_s))
        self._next_s = min(self._next_s * 1.5, limits.LONGEST_PAUSE_S)
        self.is_first = False

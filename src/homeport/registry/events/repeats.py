"""What a client can make happen as often as it likes, written down at a bounded rate: the first at once, its repetitions as a sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from homeport.clock import Clock, Timer

WINDOW_S = 60.0
"""For so long repetitions are summed up."""
KINDS = 50
"""Different ones in this time that are told apart; all others are one sum."""

Write = Callable[[str, dict[str, Any]], None]


class _Key(NamedTuple):
    event: str
    fields: tuple[tuple[str, Any], ...]


class Repeats:
    """Writes what is `note`d by `write`, with a field `repeated` where it stands for more than one, and `others` where these differ."""

    def __init__(self, clock: Clock, write: Write) -> None:
        self._clock = clock
        self._write = write
        self._counts: dict[_Key, int] = {}
        self._others: dict[str, int] = {}
        self._timer: Timer | None = None

    def note(self, event: str, fields: dict[str, Any], detail: dict[str, Any]) -> None:
        """Notes one more. Those of the same fields are the same; `detail` is written with the first of them."""
        key = _Key(event, tuple(fields.items()))
        if key in self._counts:
            self._counts[key] += 1
        elif len(self._counts) < KINDS:
            self._counts[key] = 0
            self._write(event, fields | detail)
        else:
            self._others[event] = self._others.get(event, 0) + 1
        if self._timer is None:
            self._timer = self._clock.call_at(self._clock.now() + WINDOW_S, self.settle)

    def settle(self) -> None:
        """Writes the sums, and begins anew."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        counts, self._counts = self._counts, {}
        others, self._others = self._others, {}
        for key, number in counts.items():
            if number:
                self._write(key.event, {**dict(key.fields), "repeated": number})
        for event, number in others.items():
            self._write(event, {"others": True, "repeated": number})

"""What was asked before and still holds: bounded in number and bytes, and each visitor's own, so that rights are never passed on."""

from __future__ import annotations

from typing import Any, NamedTuple

from homeport.clock import Clock

ENTRIES = 20_000
BYTES = 32 * 2**20
"""Of all that is kept, as its keepers weigh it."""
HEAVY = 12 * 2**20
"""What weighs more is not kept: the names of 100,000 repositories weigh 10 MB."""


class _Kept(NamedTuple):
    value: Any
    weight: int
    end: float


class Memory:
    """Values by their keys. What was used longest ago goes first."""

    def __init__(self, clock: Clock, entries: int = ENTRIES, size: int = BYTES) -> None:
        self.clock = clock
        self._entries = entries
        self._most = size
        self._size = 0
        self._kept: dict[tuple[Any, ...], _Kept] = {}

    def get(self, key: tuple[Any, ...]) -> Any:
        """The value; None where there is none, or it is too old."""
        found = self._kept.pop(key, None)
        if found is None:
            return None
        if self.clock.now() > found.end:
            self._size -= found.weight
            return None
        # The one used last stands last.
        self._kept[key] = found
        return found.value

    def put(self, key: tuple[Any, ...], value: Any, weight: int, for_s: float) -> None:
        """Keeps a value for so many seconds; `weight` is about its bytes."""
        self.drop(key)
        if weight > HEAVY:
            return
        self._kept[key] = _Kept(value, weight, self.clock.now() + for_s)
        self._size += weight
        while len(self._kept) > self._entries or self._size > self._most:
            self.drop(next(iter(self._kept)))

    def drop(self, key: tuple[Any, ...]) -> None:
        """Forgets a value."""
        former = self._kept.pop(key, None)
        if former is not None:
            self._size -= former.weight

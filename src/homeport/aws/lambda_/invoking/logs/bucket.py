"""How much may pass in a time: a bucket that fills at a steady rate."""

from __future__ import annotations


class Bucket:
    """Holds at most `size`, and gains `rate` a second. Time comes in as an argument."""

    __slots__ = ("_at", "_left", "_rate", "_size")

    def __init__(self, size: float, rate: float, now: float) -> None:
        self._size = size
        self._rate = rate
        self._left = size
        self._at = now

    def take(self, amount: int, now: float) -> bool:
        """Takes an amount out where it is there."""
        self._fill(now)
        if amount > self._left:
            return False
        self._left -= amount
        return True

    def spend(self, amount: int, now: float) -> None:
        """Takes an amount out that has passed already."""
        self._fill(now)
        self._left -= amount

    def is_empty(self, now: float) -> bool:
        """Whether nothing may pass for now."""
        self._fill(now)
        return self._left <= 0

    def _fill(self, now: float) -> None:
        self._left = min(self._size, self._left + max(0.0, now - self._at) * self._rate)
        self._at = now

"""Whose turn it is: addresses in a circle, one thing of each at a time, so that many of one hold up nobody else's.

https://www.rfc-editor.org/rfc/rfc970 (fairness)
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """Things that wait, by address."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[T]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def waiting(self, address: str) -> int:
        """How many things of an address wait."""
        return len(self._lines.get(address, ()))

    def add(self, address: str, thing: T) -> None:
        """One more, behind those of its address."""
        self._lines.setdefault(address, deque()).append(thing)
        self._size += 1

    def take(self) -> T | None:
        """The next one; None where nothing waits."""
        for address, line in self._lines.items():
            thing = line.popleft()
            # To the end of the circle, or out of it.
            del self._lines[address]
            if line:
                self._lines[address] = line
            self._size -= 1
            return thing
        return None

    def drop(self) -> T | None:
        """Takes out the last one of the address of which most wait: it makes room for others."""
        if not self._lines:
            return None
        address = max(self._lines, key=lambda each: len(self._lines[each]))
        line = self._lines[address]
        thing = line.pop()
        if not line:
            del self._lines[address]
        self._size -= 1
        return thing

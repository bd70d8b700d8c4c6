"""The latest bytes of a stream, for those who read it while it is written."""

from __future__ import annotations

from collections import deque

_JOINED = 4096
"""Pieces below it are joined, so that bytes that come one by one do not cost an object each."""


class Window:
    """Bytes from `start` to `end` of a stream."""

    def __init__(self) -> None:
        self.start = 0
        self.end = 0
        self._pieces: deque[tuple[int, bytes]] = deque()

    def put(self, data: bytes) -> None:
        """Adds the next bytes."""
        if self._pieces and len(self._pieces[-1][1]) + len(data) <= _JOINED:
            start, last = self._pieces.pop()
            self._pieces.append((start, last + data))
        else:
            self._pieces.append((self.end, data))
        self.end += len(data)

    def at(self, offset: int) -> bytes:
        """Bytes from an offset on; none where it is outside."""
        if not self.start <= offset < self.end:
            return b""
        for start, piece in reversed(self._pieces):
            if start <= offset:
                return piece[offset - start :]
        return b""

    def drop(self, until: int) -> None:
        """Forgets pieces that end at `until` or before."""
        while self._pieces and self._pieces[0][0] + len(self._pieces[0][1]) <= until:
            start, piece = self._pieces.popleft()
            self.start = start + len(piece)

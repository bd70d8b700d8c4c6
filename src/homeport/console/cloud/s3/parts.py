"""A part of an upload in memory: the pieces as they came, read as one file, so that nothing of it is held twice."""

from __future__ import annotations

import bisect
import io
import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from homeport.edge import http

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SIZE = 8 * 2**20
"""Bytes of a part; 5 MiB is the least: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""
MOST = 10_000
"""Parts of an upload: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""


class Part(io.RawIOBase):
    """What botocore takes as a body: it is read twice, once to be signed and once to be sent."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[memoryview] = []
        self._starts: list[int] = []
        self._at = 0
        self.size = 0
        """Bytes so far."""

    def add(self, piece: memoryview) -> None:
        """Takes in a piece, which is not copied."""
        self._starts.append(self.size)
        self._pieces.append(piece)
        self.size += len(piece)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """The rest of one piece, or less: https://docs.python.org/3/library/io.html#io.RawIOBase.readinto"""
        if self._at >= self.size:
            return 0
        number = bisect.bisect_right(self._starts, self._at) - 1
        rest = self._pieces[number][self._at - self._starts[number] :]
        target = memoryview(buffer).cast("B")
        size = min(len(rest), len(target))
        target[:size] = rest[:size]
        self._at += size
        return size

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """https://docs.python.org/3/library/io.html#io.IOBase.seek"""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Where it is read."""
        return self._at


async def cut(body: http.Body, size: int = SIZE) -> AsyncIterator[Part]:
    """The body in parts; the last one may be shorter. A part belongs to who takes it."""
    part = Part()
    async for piece in body:
        rest = memoryview(piece)
        while rest:
            room = size - part.size
            part.add(rest[:room])
            rest = rest[room:]
            if part.size == size:
                yield part
                part = Part()
    if part.size:
        yield part

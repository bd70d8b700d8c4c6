"""The bytes of source objects, decompressed in bounded pieces.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

STEP = 256 * 1024
"""Decompressed bytes of a piece, so that a small object cannot fill the memory."""


class DamagedError(Exception):
    """An object is not compressed as the request says."""


class Decompressor(Protocol):
    """Turns the pieces of one object into others."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes give. Raises `DamagedError`."""

    def end(self) -> None:
        """To be called after the last bytes. Raises `DamagedError` where the object breaks off."""


class _Plain:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def end(self) -> None:
        pass


class _Gzip:
    """Any number of members, one after the other: https://www.rfc-editor.org/rfc/rfc1952#page-5"""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._has_begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data:
                if self._member.eof:
                    self._member = zlib.decompressobj(wbits=31)
                self._has_begun = True
                yield self._member.decompress(data, STEP)
                data = self._member.unused_data or self._member.unconsumed_tail
        except zlib.error as error:
            raise DamagedError(f"The object is no gzip: {error}") from error

    def end(self) -> None:
        if self._has_begun and not self._member.eof:
            raise DamagedError("The object is gzip that breaks off.")


def of(name: str) -> Decompressor:
    """A decompressor for one object: `NONE` or `GZIP`."""
    return _Gzip() if name == "GZIP" else _Plain()

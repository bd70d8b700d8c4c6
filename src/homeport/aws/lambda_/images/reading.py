"""The bytes of a layer, on their way from the registry to the reader of archives."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from homeport.aws.lambda_.images import limits
from homeport.aws.lambda_.images.errors import BadImage

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


def plain(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The uncompressed bytes. How they are packed is seen by how they begin; what the manifest says of it is often wrong."""
    start = b""
    while len(start) < len(_ZSTD) and (piece := next(pieces, None)) is not None:
        start += piece
    if start.startswith(_ZSTD):
        raise BadImage(
            "The image has a layer that is compressed by zstd, which is not read.",
            hint="Push it with gzip, as docker push does (podman push --compression-format gzip).",
        )
    joined = _joined(start, pieces)
    yield from _bounded(_gunzipped(joined) if start.startswith(_GZIP) else joined)


def _joined(start: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield start
    yield from pieces


def _bounded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """No more than an image may have, headers and padding among it: a small layer can unpack to any size."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > 2 * limits.IMAGE_BYTES:
            raise BadImage("A layer of the image unpacks to more than an image may have.")
        yield piece


def _gunzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A layer may be many streams one after the other: https://www.rfc-editor.org/rfc/rfc1952#section-2.2"""
    unpacker = zlib.decompressobj(wbits=31)
    for piece in pieces:
        waiting = piece
        while waiting:
            if unpacker.eof:
                unpacker = zlib.decompressobj(wbits=31)
            yield unpacker.decompress(waiting, limits.PIECE)
            waiting = unpacker.unconsumed_tail or unpacker.unused_data
        while not unpacker.eof and (more := unpacker.decompress(b"", limits.PIECE)):
            yield more
    if not unpacker.eof:
        raise BadImage("A layer of the image ends in the middle.")


class Reader:
    """What `tarfile` reads from: forward only, and never much at once, since what it asks for is what an archive says."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._waiting = memoryview(b"")
        self._at = 0
        self.last = b""
        """What was read last."""

    def tell(self) -> int:
        """The place of the next byte."""
        return self._at

    def seek(self, place: int) -> int:
        """Goes forward."""
        if place < self._at:
            raise BadImage("A layer of the image is an archive that leads backwards.")
        while self._at < place:
            if not self._take(min(place - self._at, limits.PIECE)):
                break
        return self._at

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, fewer at the end."""
        if size > limits.HEADER_BYTES:
            raise BadImage("A layer of the image has a header that is too large.")
        found = bytearray()
        while len(found) < size and (piece := self._take(size - len(found))):
            found += piece
        self.last = bytes(found)
        return self.last

    def drain(self) -> None:
        """Reads what is left, which is padding."""
        self._waiting = memoryview(b"")
        for _ in self._pieces:
            pass

    def _take(self, most: int) -> memoryview:
        while not self._waiting:
            piece = next(self._pieces, None)
            if piece is None:
                return memoryview(b"")
            self._waiting = memoryview(piece)
        taken, self._waiting = self._waiting[:most], self._waiting[most:]
        self._at += len(taken)
        return taken

"""The checksums that S3 knows, each as a hasher with `update` and `digest`.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol

from homeport.aws.signing import native

if TYPE_CHECKING:
    from awscrt.checksums import XXHash


class Hasher(Protocol):
    """Fed in pieces, in order; `digest` may be asked more than once. The objects of `hashlib` fit."""

    def update(self, data: bytes, /) -> None:
        """Takes the next piece. Large pieces are hashed without holding the interpreter's lock."""

    def digest(self) -> bytes:
        """The value over all pieces so far, big-endian."""


class Crc:
    """A running CRC."""

    __slots__ = ("_function", "_size", "value")

    def __init__(self, function: Callable[[bytes, int], int], size: int) -> None:
        self.value = 0
        self._function = function
        self._size = size

    def update(self, data: bytes, /) -> None:
        """Takes the next piece."""
        self.value = self._function(data, self.value)

    def digest(self) -> bytes:
        """The value so far."""
        return self.value.to_bytes(self._size, "big")


class XxHash:
    """A running xxHash, which its library can finish only once."""

    __slots__ = ("_digest", "_state")

    def __init__(self, make: Callable[[], XXHash]) -> None:
        self._state = make()
        self._digest: bytes | None = None

    def update(self, data: bytes, /) -> None:
        """Takes the next piece."""
        self._state.update(data)

    def digest(self) -> bytes:
        """The value over all pieces; no piece may follow."""
        if self._digest is None:
            self._digest = self._state.finalize()
        return self._digest


_MAKERS: Mapping[str, Callable[[], Hasher]] = {
    "CRC32": partial(Crc, zlib.crc32, 4),
    "CRC32C": partial(Crc, native.crc32c, 4),
    "CRC64NVME": partial(Crc, native.crc64nvme, 8),
    "SHA1": partial(hashlib.sha1, usedforsecurity=False),
    "SHA256": hashlib.sha256,
    "SHA512": hashlib.sha512,
    "MD5": partial(hashlib.md5, usedforsecurity=False),
    "XXHASH64": partial(XxHash, native.xxhash64),
    "XXHASH3": partial(XxHash, native.xxhash3),
    "XXHASH128": partial(XxHash, native.xxhash128),
}

SIZES: Mapping[str, int] = {
    "CRC32": 4,
    "CRC32C": 4,
    "CRC64NVME": 8,
    "SHA1": 20,
    "SHA256": 32,
    "SHA512": 64,
    "MD5": 16,
    "XXHASH64": 8,
    "XXHASH3": 8,
    "XXHASH128": 16,
}
"""Bytes of a value, by the name that S3's model gives the algorithm (`ChecksumAlgorithm`)."""

HEADERS: Mapping[str, str] = {f"x-amz-checksum-{name.lower()}": name for name in SIZES}
"""The algorithm that a header or trailer carries a value of."""


def new(algorithm: str) -> Hasher:
    """A fresh hasher. Raises KeyError for an algorithm that S3 does not name."""
    return _MAKERS[algorithm]()


def base64_of(digest: bytes) -> str:
    """A value in the form that headers and members carry."""
    return base64.b64encode(digest).decode("ascii")


def from_base64(text: str, size: int) -> bytes | None:
    """A value out of a header; None where it is not base64 of exactly `size` bytes."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return value if len(value) == size else None

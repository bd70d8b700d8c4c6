"""AWS's own C library of checksums, loaded when the first one is asked for.

Loading it takes 34 ms and 7 MiB, a sixth of the whole start, and most clients need none of it: zlib has CRC32, hashlib the rest.
"""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from awscrt.checksums import XXHash


@functools.cache
def library() -> ModuleType:
    """The module `awscrt.checksums`."""
    return importlib.import_module("awscrt.checksums")


def crc32c(data: bytes, previous: int = 0) -> int:
    """CRC-32C (Castagnoli) over `data`, going on from `previous`: https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4"""
    value: int = library().crc32c(data, previous)
    return value


def crc64nvme(data: bytes, previous: int = 0) -> int:
    """CRC-64/NVME over `data`, going on from `previous`."""
    value: int = library().crc64nvme(data, previous)
    return value


def xxhash64() -> XXHash:
    """A fresh XXH64 state: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md"""
    state: XXHash = library().XXHash.new_xxhash64()
    return state


def xxhash3() -> XXHash:
    """A fresh XXH3 state of 64 bits."""
    state: XXHash = library().XXHash.new_xxhash3_64()
    return state


def xxhash128() -> XXHash:
    """A fresh XXH3 state of 128 bits."""
    state: XXHash = library().XXHash.new_xxhash3_128()
    return state


def combine_crc32(first: int, second: int, second_size: int) -> int:
    """CRC-32 of two pieces that follow each other out of those of each, the second of `second_size` bytes."""
    value: int = library().combine_crc32(first, second, second_size)
    return value


def combine_crc32c(first: int, second: int, second_size: int) -> int:
    """CRC-32C, likewise."""
    value: int = library().combine_crc32c(first, second, second_size)
    return value


def combine_crc64nvme(first: int, second: int, second_size: int) -> int:
    """CRC-64/NVME, likewise."""
    value: int = library().combine_crc64nvme(first, second, second_size)
    return value

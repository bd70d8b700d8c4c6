"""CBOR data items, as far as Smithy's protocol uses them.

https://www.rfc-editor.org/rfc/rfc8949, https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.values.mismatch import Mismatch

DEPTH_LIMIT = 100
"""Items inside each other. The deepest input of any model has fewer."""

_BREAK = object()
_HALF, _SINGLE, _DOUBLE = struct.Struct(">e"), struct.Struct(">f"), struct.Struct(">d")


class Epoch(float):
    """What tag 1 holds: https://www.rfc-editor.org/rfc/rfc8949#section-3.4.2"""

    __slots__ = ()


def load(body: bytes) -> Any:
    """The one data item of a body. Raises `Mismatch` for anything else."""
    reader = _Reader(body)
    value = reader.item(0)
    if value is _BREAK:
        raise Mismatch("A CBOR break stands outside of an item of open length")
    if reader.position != len(body):
        raise Mismatch("The body goes on after its CBOR item")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def take(self, count: int) -> bytes:
        start = self.position
        end = start + count
        if end > len(self.data):
            raise Mismatch("The CBOR body ends too early")
        self.position = end
        return self.data[start:end]

    def item(self, depth: int) -> Any:
        if depth > DEPTH_LIMIT:
            raise Mismatch("The body is nested too deeply")
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            return self.simple(info)
        if info == 31:
            return self.open_item(major, depth)
        return self.closed_item(major, self.argument(info), depth)

    def argument(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise Mismatch("A CBOR item has a reserved length")
        return int.from_bytes(self.take(1 << (info - 24)), "big")

    def closed_item(self, major: int, argument: int, depth: int) -> Any:
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            return _text(self.take(argument))
        if major == 6:
            return _tagged(argument, self.item(depth + 1))
        # A length says nothing about what is there: nothing is set aside for it.
        if major == 4:
            return [self.value(depth) for _ in range(argument)]
        return {self.key(depth): self.value(depth) for _ in range(argument)}

    def open_item(self, major: int, depth: int) -> Any:
        if major in (2, 3):
            parts = b"".join(self.chunks(major))
            return parts if major == 2 else _text(parts)
        if major == 4:
            items = []
            while (item := self.item(depth + 1)) is not _BREAK:
                items.append(item)
            return items
        if major != 5:
            raise Mismatch("A CBOR item of open length has the wrong type")
        found = {}
        while (key := self.item(depth + 1)) is not _BREAK:
            found[_key(key)] = self.value(depth)
        return found

    def chunks(self, major: int) -> list[bytes]:
        parts = []
        while (first := self.take(1)[0]) != 0xFF:
            if first >> 5 != major or first & 31 == 31:
                raise Mismatch("A CBOR string of open length has a chunk of another type")
            parts.append(self.take(self.argument(first & 31)))
        return parts

    def value(self, depth: int) -> Any:
        value = self.item(depth + 1)
        if value is _BREAK:
            raise Mismatch("A CBOR break stands outside of an item of open length")
        return value

    def key(self, depth: int) -> str:
        return _key(self.value(depth))

    def simple(self, info: int) -> Any:
        if info in _SIMPLE:
            return _SIMPLE[info]
        if info == 25:
            return _HALF.unpack(self.take(2))[0]
        if info == 26:
            return _SINGLE.unpack(self.take(4))[0]
        if info == 27:
            return _DOUBLE.unpack(self.take(8))[0]
        raise Mismatch("A CBOR simple value is not one that Smithy knows")


_SIMPLE: dict[int, Any] = {20: False, 21: True, 22: None, 23: None, 31: _BREAK}


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Mismatch("A CBOR text is not UTF-8") from None


def _key(key: Any) -> str:
    if key.__class__ is not str:
        raise Mismatch("A CBOR map has a key that is not a text")
    return str(key)


def _tagged(tag: int, value: Any) -> Any:
    if tag != 1:
        # Smithy uses no other tag; what a tag it does not know holds is read as it is.
        return None if value is _BREAK else value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Mismatch("A CBOR timestamp is not a number")
    if not math.isfinite(float(value)):
        raise Mismatch("A CBOR timestamp is not finite")
    return Epoch(value)


Append = Callable[[bytes], None]


def head(major: int, argument: int) -> bytes:
    """The first bytes of an item: its type, and its length or value, in the shortest form."""
    start = major << 5
    if argument < 24:
        return bytes((start | argument,))
    if argument < 0x100:
        return bytes((start | 24, argument))
    if argument < 0x10000:
        return bytes((start | 25,)) + argument.to_bytes(2, "big")
    if argument < 0x100000000:
        return bytes((start | 26,)) + argument.to_bytes(4, "big")
    return bytes((start | 27,)) + argument.to_bytes(8, "big")


def text(value: str) -> bytes:
    """A text item."""
    data = value.encode("utf-8")
    return head(3, len(data)) + data


def blob(value: bytes) -> bytes:
    """A byte string."""
    return head(2, len(value)) + value


def integer(value: int) -> bytes:
    """A number without a fraction."""
    return head(0, value) if value >= 0 else head(1, -1 - value)


def double(value: float) -> bytes:
    """A number in eight bytes."""
    return b"\xfb" + _DOUBLE.pack(value)


def single(value: float) -> bytes:
    """A number in four bytes, or eight where four cannot hold it."""
    try:
        return b"\xfa" + _SINGLE.pack(value)
    except OverflowError:
        return double(value)


def boolean(value: object) -> bytes:
    """True or false."""
    return b"\xf5" if value else b"\xf4"


def epoch(value: float) -> bytes:
    """A timestamp: tag 1 and epoch seconds, whole where they are whole."""
    whole = int(value)
    return b"\xc1" + (integer(whole) if whole == value else double(round(value, 3)))


NULL = b"\xf6"
"""An item of a sparse list that is not there."""
OPEN_MAP, BREAK = b"\xbf", b"\xff"
"""A map of open length spares counting its members."""

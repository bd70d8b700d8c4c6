"""Event streams: each event a binary frame with headers and two checksums.

https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterable, Callable
from typing import Any

from homeport.aws.protocol.call import Params
from homeport.aws.protocol.shape import Shape

CONTENT_TYPE = "application/vnd.amazon.eventstream"

_STRING = 7
"""The type of a header's value."""
_OVERHEAD = 16
"""Two lengths and two checksums."""

WriteEvent = Callable[[Any], bytes]
"""Writes the members of an event as its payload."""


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    """One message on the wire."""
    written = b"".join(_header(name, value) for name, value in headers.items())
    prelude = struct.pack("!II", _OVERHEAD + len(written) + len(payload), len(written))
    head = b"".join((prelude, struct.pack("!I", zlib.crc32(prelude)), written))
    checksum = zlib.crc32(payload, zlib.crc32(head))
    return b"".join((head, payload, struct.pack("!I", checksum)))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack(f"!B{len(key)}sBH{len(text)}s", len(key), key, _STRING, len(text), text)


class _Event:
    """How one kind of event is written."""

    def __init__(self, name: str, shape: Shape, content_type: str, write: WriteEvent) -> None:
        found = [each for each in shape.members.items() if each[1].traits.get("eventpayload")]
        self._member, content = found[0] if found else ("", None)
        self._write = write
        is_blob = content is not None and content.type == "blob"
        self._is_blob = is_blob
        self._headers = {
            ":event-type": name,
            ":content-type": "application/octet-stream" if is_blob else content_type,
            ":message-type": "event",
        }

    def frame(self, members: Params) -> bytes:
        """The event on the wire."""
        content: Any = members.get(self._member, b"") if self._member else members
        payload: bytes = content if self._is_blob else self._write(content)
        return frame(self._headers, payload)


class Frames:
    """Events as they go on the wire. Whoever reads them closes them, and with them the events, also where none was read."""

    def __init__(self, events: AsyncIterable[Params], kinds: dict[str, _Event]) -> None:
        self._source = events
        self._events = aiter(events)
        self._kinds = kinds

    def __aiter__(self) -> Frames:
        """One frame for each event."""
        return self

    async def __anext__(self) -> bytes:
        """The next frame."""
        event = await anext(self._events)
        ((name, members),) = event.items()
        return self._kinds[name].frame(members)

    async def aclose(self) -> None:
        """Nobody reads on."""
        close = getattr(self._source, "aclose", None)
        if close is not None:
            await close()


def compile_writer(
    shape: Shape, content_type: str, writer: Callable[[Shape], WriteEvent]
) -> Callable[[AsyncIterable[Params]], Frames]:
    """What writes events, each a dict with its kind as the only member. `writer` compiles what writes a structure."""
    kinds = {
        name: _Event(name, member, content_type, writer(_payload_of(member)))
        for name, member in shape.members.items()
    }

    return lambda events: Frames(events, kinds)


def _payload_of(shape: Shape) -> Shape:
    for member in shape.members.values():
        if member.traits.get("eventpayload"):
            return member
    return shape

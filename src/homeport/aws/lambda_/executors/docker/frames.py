"""What a container writes, as an engine sends it: frames of its standard output and error on one stream.

https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerAttach
"""

from __future__ import annotations

from collections.abc import Iterator

_HEADER = 8
"""One byte that says which stream, three of nothing, four of the length."""


class Frames:
    """Takes the stream in pieces of any size and gives what was written, as soon as it is there."""

    def __init__(self) -> None:
        self._header = b""
        self._left = 0
        """Bytes of the frame that are still to come."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What of the output a piece of the stream holds."""
        view = memoryview(data)
        while view:
            if self._left:
                content, view = view[: self._left], view[self._left :]
                self._left -= len(content)
                yield bytes(content)
                continue
            missing = _HEADER - len(self._header)
            self._header += view[:missing]
            view = view[missing:]
            if len(self._header) == _HEADER:
                self._left = int.from_bytes(self._header[4:], "big")
                self._header = b""

"""Bodies in chunks: taken apart strictly, so that no two readers could see two different requests in them.

https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding
"""

from __future__ import annotations

import re

from homeport.edge import http

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t \x21-\x7e\x80-\xff]*)?\Z")
"""Up to 15 digits stay below 2^63; extensions are ignored, as section 7.1.1 has it."""

_TRAILER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t \x21-\x7e\x80-\xff]*\Z")

LINE_BYTES = 4096
"""The longest line of a size or a trailer."""

TRAILER_BYTES = 16 * 1024
"""All trailers together."""

WASTE_BYTES = 16 * 1024
"""Of extensions and tiny chunks, beyond what belongs to the content that came with them. Content counts towards the limits of
its reader; this does not. https://pkg.go.dev/vuln/GO-2023-2382 has the same bound."""

_SIZE_LINE, _DATA, _DATA_END, _TRAILERS = range(4)


class Decoder:
    """Takes the coding off a body that arrives in arbitrary pieces."""

    __slots__ = ("_left", "_partial", "_state", "_trailer_bytes", "_waste")

    def __init__(self) -> None:
        self._state = _SIZE_LINE
        self._left = 0
        self._partial = b""
        self._trailer_bytes = 0
        self._waste = 0

    def feed(self, data: bytes, pieces: list[bytes]) -> bytes | None:
        """Adds the content in `data` to `pieces`. What stands behind the body's end, or None while it goes on.

        Raises `HttpError` where the coding is broken.
        """
        if self._partial:
            data = self._partial + data
            self._partial = b""
        at = 0
        while at < len(data):
            if self._state == _DATA:
                at = self._content(data, at, pieces)
                continue
            end = data.find(b"\n", at)
            if end < 0:
                self._partial = data[at:]
                if len(self._partial) > LINE_BYTES:
                    raise http.HttpError("A line in the chunked body is too long.")
                return None
            if self._line(_line(data, at, end)):
                return data[end + 1 :]
            at = end + 1
        return None

    def _content(self, data: bytes, at: int, pieces: list[bytes]) -> int:
        end = min(at + self._left, len(data))
        pieces.append(data[at:end])
        self._left -= end - at
        if not self._left:
            self._state = _DATA_END
        return end

    def _line(self, line: bytes) -> bool:
        """Takes a line that is not content. Whether the body has ended with it."""
        if self._state == _SIZE_LINE:
            self._size(line)
        elif self._state == _DATA_END:
            if line:
                raise http.HttpError("A chunk is longer than its size says.")
            self._state = _SIZE_LINE
        elif not line:
            return True
        else:
            self._trailer(line)
        return False

    def _size(self, line: bytes) -> None:
        found = _SIZE.match(line)
        if found is None:
            raise http.HttpError("The size of a chunk must be a hexadecimal number.")
        self._left = int(found[1], 16)
        # 16 bytes of each chunk are what its lines may well take.
        self._waste = max(0, self._waste + len(line) - 16 - 2 * self._left)
        if self._waste > WASTE_BYTES:
            raise http.HttpError("The chunked body has more extensions than content.")
        self._state = _DATA if self._left else _TRAILERS

    def _trailer(self, line: bytes) -> None:
        """Checked and dropped: https://www.rfc-editor.org/rfc/rfc9110#name-limitations-on-use-of-trail"""
        self._trailer_bytes += len(line)
        if self._trailer_bytes > TRAILER_BYTES:
            raise http.HttpError("The trailers are too long.", 431)
        if not _TRAILER.match(line):
            raise http.HttpError("A trailer is not well-formed.")


def _line(data: bytes, at: int, end: int) -> bytes:
    """A line without its end, which must be CR LF and nothing else."""
    if end == at or data[end - 1] != 13 or end - at > LINE_BYTES:
        raise http.HttpError("A line in the chunked body is not well-formed.")
    return data[at : end - 1]

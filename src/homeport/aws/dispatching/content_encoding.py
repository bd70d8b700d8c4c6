"""Bodies that arrive compressed, as SDKs may send them.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html, https://www.rfc-editor.org/rfc/rfc9110#section-8.4
"""

from __future__ import annotations

import zlib

from homeport.edge import http

_CODINGS = {
    "gzip": 16 + zlib.MAX_WBITS,
    "x-gzip": 16 + zlib.MAX_WBITS,
    "deflate": zlib.MAX_WBITS,
}
"""https://docs.python.org/3/library/zlib.html#zlib.decompress: gzip, and zlib's own form, which HTTP calls deflate."""
_NOT_CODED = ("", "identity", "aws-chunked")


class Undecodable(Exception):
    """A body is not what its header says."""


def plain(request: http.Request, body: bytes, limit: int) -> bytes:
    """The body without its compression, of `limit` bytes at most however little arrived.

    Raises `Undecodable` for one that is not what its header says, `http.BodyTooLarge` above the limit.
    """
    named = request.headers["content-encoding"].lower()
    for coding in reversed([part.strip() for part in named.split(",")]):
        if coding in _CODINGS:
            body = _inflate(body, coding, limit)
        elif coding not in _NOT_CODED:
            raise Undecodable(f"The content encoding {coding} is not supported.")
    return body


def _inflate(body: bytes, coding: str, limit: int) -> bytes:
    pieces: list[bytes] = []
    left = limit
    while body or not pieces:
        stream = zlib.decompressobj(_CODINGS[coding])
        try:
            piece = stream.decompress(body, left + 1)
        except zlib.error as wrong:
            raise Undecodable(f"The body is not valid {coding}: {wrong}.") from None
        if len(piece) > left:
            raise http.BodyTooLarge(f"The body has more than {limit} bytes uncompressed.")
        if not stream.eof:
            raise Undecodable(f"The body is not valid {coding}: it is cut short.")
        pieces.append(piece)
        left -= len(piece)
        # Several gzip members in a row are one body: https://www.rfc-editor.org/rfc/rfc1952#section-2.2
        body = stream.unused_data
    return b"".join(pieces)

"""Bodies that arrive compressed, as SDKs may send them.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html, https://www.rfc-editor.org/rfc/rfc9110#section-8.4
"""

from __future__ import annotations

import zlib

from homeport.aws.protocol.call import AwsError
from homeport.edge import http

_GZIP = 16 + zlib.MAX_WBITS
"""https://docs.python.org/3/library/zlib.html#zlib.decompress: with the header and trailer of gzip."""


def plain(request: http.Request, body: bytes, limit: int) -> bytes:
    """The body without its compression, of `limit` bytes at most however little arrived.

    Raises SerializationException for one that is not what its header says, `http.BodyTooLarge` above the limit.
    """
    named = request.headers["content-encoding"].lower()
    for coding in reversed([part.strip() for part in named.split(",")]):
        if coding in ("gzip", "x-gzip"):
            body = _inflate(body, limit)
        elif coding not in ("", "identity", "aws-chunked"):
            raise AwsError(
                "SerializationException", f"The content encoding {coding} is not supported.", 415
            )
    return body


def _inflate(body: bytes, limit: int) -> bytes:
    pieces, left = [], limit
    while body:
        stream = zlib.decompressobj(_GZIP)
        try:
            piece = stream.decompress(body, left + 1)
        except zlib.error as wrong:
            raise AwsError(
                "SerializationException", f"The body is not valid gzip: {wrong}"
            ) from None
        if len(piece) > left:
            raise http.BodyTooLarge(f"The body has more than {limit} bytes uncompressed.")
        if not stream.eof:
            raise AwsError("SerializationException", "The body is not valid gzip: it is cut short")
        pieces.append(piece)
        left -= len(piece)
        # Several gzip members in a row are one body: https://www.rfc-editor.org/rfc/rfc1952#section-2.2
        body = stream.unused_data
    return b"".join(pieces)

"""Pages go compressed to browsers that take that: https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding"""

from __future__ import annotations

import zlib

from homeport.edge import http

LEAST = 1024
"""Bytes below which a packet is saved by nothing."""
LEVEL = 5


def takes_gzip(request: http.Request) -> bool:
    """Whether the client takes gzip."""
    return any(
        part.split(";")[0].strip() in {"gzip", "*"}
        and "q=0" not in part.replace(" ", "").split(";")[1:]
        for part in request.headers.get("accept-encoding", "").split(",")
    )


def gzip(content: bytes, level: int = LEVEL) -> bytes:
    """https://www.rfc-editor.org/rfc/rfc1952"""
    made = zlib.compressobj(level, wbits=31)
    return made.compress(content) + made.flush()


def compress(request: http.Request, response: http.Response) -> http.Response:
    """The response, compressed where that is worth it and wanted."""
    body = response.body
    names = {name.lower(): value for name, value in response.headers}
    is_text = names.get("content-type", "").startswith("text/html")
    if not isinstance(body, bytes) or len(body) < LEAST or not is_text or not takes_gzip(request):
        return response
    if "content-encoding" in names:
        return response
    response.body = gzip(body)
    response.headers = [
        *response.headers,
        ("Content-Encoding", "gzip"),
        ("Vary", "Accept-Encoding"),
    ]
    return response

"""An application that says what it saw, and requests to see."""

from __future__ import annotations

import json

from homeport.edge import http

GET = b"GET /a%20b?x=1&y HTTP/1.1\r\nHost: h\r\n\r\n"
POST = b"POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3;ext=1\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n"
)


async def _seen(request: http.Request) -> http.Response:
    body = await request.body.read(10_000_000)
    what = [request.method, request.path, request.query, len(body), body[:20].decode("latin-1")]
    return http.Response(200, [], json.dumps(what).encode())


def echo(request: http.Request):
    """Answers at once where the body is at hand, else in a task."""
    body = request.body.peek()
    if body is None:
        return _seen(request)
    what = [request.method, request.path, request.query, len(body), body[:20].decode("latin-1")]
    return http.Response(200, [], json.dumps(what).encode())

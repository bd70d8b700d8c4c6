"""The head of a response on the wire.

https://www.rfc-editor.org/rfc/rfc9112#name-status-line
"""

from __future__ import annotations

import email.utils
import http as statuses
import secrets

from homeport.edge import http

SERVER = "homeport"

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""https://www.rfc-editor.org/rfc/rfc9110#name-100-continue"""

CHUNKED = -1
"""Instead of a length: the body is sent in chunks."""

UNTIL_CLOSE = -2
"""Instead of a length: the end of the connection ends the body (HTTP/1.0)."""

OWN_LENGTH = -3
"""Instead of a length: the application's headers say it, or there is no body at all."""

_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in statuses.HTTPStatus
}

_FRAMING = {
    CHUNKED: "transfer-encoding: chunked\r\n",
    UNTIL_CLOSE: "",
    OWN_LENGTH: "",
}


def stamp(now: float) -> str:
    """The fields that every response of this second carries."""
    return f"server: {SERVER}\r\ndate: {email.utils.formatdate(now, usegmt=True)}\r\n"


def has_no_body(status: int) -> bool:
    """Whether a status never has content: https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1-8"""
    return status in (204, 304)


def head(
    response: http.Response, length: int, stamp: str, *, is_kept: bool, is_http_10: bool
) -> bytes:
    """The head, up to and with the empty line. `length` is the body's, or one of the constants above.

    Raises ValueError where a field cannot stand in a head: a line break in a value would let a client write fields of its own.
    """
    parts = [_STATUS_LINES.get(response.status) or f"HTTP/1.1 {response.status} \r\n", stamp]
    for name, value in response.headers:
        parts.append(f"{name}: {value}\r\n")
    parts.append(f"content-length: {length}\r\n" if length >= 0 else _FRAMING[length])
    if not is_kept:
        parts.append("connection: close\r\n\r\n")
    elif is_http_10:
        parts.append("connection: keep-alive\r\n\r\n")
    else:
        parts.append("\r\n")
    text = "".join(parts)
    lines = 4 + len(response.headers) + (length >= CHUNKED) + (is_http_10 or not is_kept)
    if text.count("\n") != lines or text.count("\r") != lines or "\0" in text:
        raise ValueError(f"A header of the response holds a line break: {response.headers!r}")
    return text.encode("latin-1")


def own_length(headers: http.Headers) -> int | None:
    """The `Content-Length` that an application wrote itself (HEAD, or a stream whose length it knows)."""
    for name, value in headers:
        if name.lower() == "content-length":
            return int(value)
    return None


def bodiless_length(response: http.Response, length: int) -> int:
    """What the head of a response without a body says about the length of the body that a GET would have."""
    if has_no_body(response.status) or own_length(response.headers) is not None:
        return OWN_LENGTH
    return length


def of_error(error: http.HttpError) -> http.Response:
    """What a client sees of a request that the server refused."""
    return _text(error.status, f"{error.reason}\n")


def of_failure(request_id: str) -> http.Response:
    """What a client sees of a fault in an application: nothing of its inside."""
    return _text(500, f"Internal error. The server's log tells more under request {request_id}.\n")


def request_id() -> str:
    """A name for one request, to find it in the log."""
    return secrets.token_hex(8)


def _text(status: int, text: str) -> http.Response:
    headers = [("content-type", "text/plain; charset=utf-8"), ("x-content-type-options", "nosniff")]
    return http.Response(status, headers, text.encode())

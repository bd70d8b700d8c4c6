"""What the Runtime API answers, ready for the wire.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; the bodies are those of AWS's own emulator:
https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/rapi/rendering/render_error.go
"""

from __future__ import annotations

import json

_PHRASES = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    431: "Request Header Fields Too Large",
}


def _reply(status: int, body: bytes, headers: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status} {_PHRASES[status]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{headers}\r\n"
    )
    return head.encode("latin-1") + body


def _error(status: int, kind: str, text: str) -> bytes:
    body = json.dumps({"errorMessage": text, "errorType": kind}, separators=(",", ":"))
    return _reply(status, body.encode())


ACCEPTED = _reply(202, b'{"status":"OK"}\n')
INVALID_REQUEST_ID = _error(400, "InvalidRequestID", "Invalid request ID")
INVALID_MODE = _error(400, "InvalidFunctionResponseMode", "Invalid function response mode")
TRUNCATED = _error(400, "TruncatedHTTPRequest", "HTTP request detected as truncated")
NOT_FOUND = _reply(404, b"")
"""Extensions, telemetry and SnapStart are not there."""
WRONG_METHOD = _reply(405, b"")
PONG = _reply(200, b"pong")
"""AWS keeps it for those who came to use it."""
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def refusal(status: int) -> bytes:
    """A request that could not be read; the connection ends."""
    return _reply(status, b"", "Connection: close\r\n")


def too_large(limit: int) -> bytes:
    """A response that is larger than a function may give."""
    text = f"Exceeded maximum allowed payload size ({limit} bytes)."
    return _error(413, "RequestEntityTooLarge", text)


def wrong_order(state: str, wanted: str) -> bytes:
    """A call that the runtime may not make in its state."""
    text = (
        f"State transition from {state} to {wanted} failed for runtime. "
        "Error: State transition is not allowed"
    )
    return _error(403, "InvalidStateTransition", text)


def invocation(headers: list[tuple[str, str]], payload: bytes) -> bytes:
    """The next invocation. Header values hold what a client sent, so line breaks are taken out."""
    lines = "".join(f"{name}: {_safe(value)}\r\n" for name, value in headers if value)
    return _reply(200, payload, lines)


def _safe(value: str) -> str:
    if value.isascii() and value.isprintable():
        return value
    # The JSON of a client context may hold anything; a header takes it in UTF-8, seen as Latin-1.
    clean = "".join(" " if char < " " or char == "\x7f" else char for char in value)
    return clean.encode("utf-8", "replace").decode("latin-1")

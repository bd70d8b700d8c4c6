"""One line per request, written in batches: formatting is all that a request pays for."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import time
from collections.abc import Callable
from typing import Literal, Protocol

from homeport.edge import http

logger = logging.getLogger(__name__)

_SECRETS = re.compile(
    r"(?i)(?<![^&])(X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|AWSAccessKeyId|Signature|access_token|refresh_token|client_secret|password|token)=[^&]*"
)
"""Query parameters that let who reads the log act for the client.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html, https://www.rfc-editor.org/rfc/rfc6749#section-4.3.2
"""

_UNSAFE = re.compile(r'[\x00-\x1f"\\\x7f-\x9f]')

_encode = json.JSONEncoder(separators=(",", ":")).encode
"""Made once: `json.dumps` would make one for each line, and take twice as long."""

Format = Literal["text", "json"]


def mask(query: str) -> str:
    """The query without the values of secrets."""
    return _SECRETS.sub(r"\1=***", query) if "=" in query else query


class Recorder(Protocol):
    """Is told of each request by the server."""

    def record(
        self, now: float, request: http.Request, status: int, size: int, duration_s: float
    ) -> None:
        """Notes one request; must return at once and never raise. `size` is the bytes of the response's body that were sent."""

    def flush(self) -> None:
        """Writes what is held back: the server ends."""


class Tee:
    """Tells several of each request."""

    def __init__(self, *recorders: Recorder) -> None:
        self._recorders = recorders

    def record(
        self, now: float, request: http.Request, status: int, size: int, duration_s: float
    ) -> None:
        """Tells all of them."""
        for recorder in self._recorders:
            recorder.record(now, request, status, size, duration_s)

    def flush(self) -> None:
        """Tells all of them."""
        for recorder in self._recorders:
            recorder.flush()


class AccessLog:
    """Collects lines and writes them to a file descriptor once per turn of the event loop."""

    def __init__(self, descriptor: int, form: Format = "text") -> None:
        self._descriptor = descriptor
        self._lines: list[str] = []
        self._format: Callable[[str, http.Request, int, int, float], str] = (
            _json_line if form == "json" else _text_line
        )
        self._second = -1
        self._stamp = ""

    def record(
        self, now: float, request: http.Request, status: int, size: int, duration_s: float
    ) -> None:
        """Notes one request. `size` is the bytes of the response's body that were sent."""
        if not self._lines:
            asyncio.get_running_loop().call_soon(self.flush)
        self._lines.append(self._format(self._time(now), request, status, size, duration_s * 1000))

    def flush(self) -> None:
        """Writes what is collected. A log that cannot be written loses lines, never requests."""
        # A file of users in another encoding has names that UTF-8 can not have.
        data = "".join(self._lines).encode(errors="backslashreplace")
        self._lines.clear()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            logger.warning("The access log cannot be written: %s", error)

    def _time(self, now: float) -> str:
        second = int(now)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._stamp}.{int((now - second) * 1000):03d}Z"


def _target(request: http.Request) -> str:
    return f"{request.path}?{mask(request.query)}" if request.query else request.path


def _text_line(time_text: str, request: http.Request, status: int, size: int, ms: float) -> str:
    user, target = request.user or "-", _target(request)
    if _UNSAFE.search(target) or _UNSAFE.search(user) or " " in user:
        user, target = _escape(user).replace(" ", "\\x20"), _escape(target)
    return (
        f'{time_text} {request.peer} {user} "{request.method} {target}" {status} {size} {ms:.2f}\n'
    )


def _escape(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _json_line(time_text: str, request: http.Request, status: int, size: int, ms: float) -> str:
    fields = {
        "time": time_text,
        "peer": request.peer,
        "user": request.user,
        "method": request.method,
        "path": _target(request),
        "status": status,
        "bytes": size,
        "duration_ms": round(ms, 2),
        "agent": request.headers.get("user-agent", ""),
    }
    return _encode(fields) + "\n"

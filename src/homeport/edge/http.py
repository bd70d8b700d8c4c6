"""What an application sees of HTTP: a request, its body, and the response that it gives back.

https://www.rfc-editor.org/rfc/rfc9110
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol


class Body(Protocol):
    """The body of a request. It is read once, either whole or as a stream."""

    @property
    def length(self) -> int | None:
        """Bytes announced by `Content-Length`; None where the body is chunked."""

    def peek(self) -> bytes | None:
        """The whole body where it has arrived already (small ones have), else None. Does not consume it."""

    async def read(self, limit: int) -> bytes:
        """The whole body. Raises `BodyTooLarge` above `limit` bytes, before they are held in memory."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body in pieces as they arrive. The sender is slowed down while nobody asks for the next piece.

        Raises `ClientGone` where the connection ends, or stands still for too long, before the body does.
        """


@dataclass(slots=True)
class Request:
    """One request, head complete; a small body is complete too."""

    method: str
    path: str
    """The path as sent, not percent-decoded, without the query. Latin-1."""
    query: str
    """What stands behind the `?` as sent, not decoded; empty where there is none."""
    headers: dict[str, str]
    """Names in lower case; the values of a repeated field joined by `, `. Latin-1."""
    body: Body
    scheme: str = "http"
    peer: str = ""
    """Address and port of the other side, for the access log."""
    user: str = ""
    """Who was authenticated, for the access log; set by the application."""
    caller: Any = None
    """What the application knows of who asks; the server only carries it."""
    on_gone: Callable[[], None] | None = None
    """Set by an application that waits (a long poll): called once where the client ends the connection before the response has
    begun. Without it the application runs to its end, so that a change is never cut in half because the client left."""


class FileBody(NamedTuple):
    """A part of a file, sent without passing through Python where the connection allows it.

    The server opens it when its turn comes; who hands it out keeps the file in place until `Response.on_end`.
    """

    path: str
    offset: int
    length: int


Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Response:
    """One response. `Content-Length`, `Date` and `Connection` are the server's to write.

    A HEAD response carries the body that a GET would have, or a `Content-Length` of its own; the server sends no body. A stream
    of unknown length is sent chunked.
    """

    status: int = 200
    headers: Headers = field(default_factory=list)
    body: bytes | FileBody | list[FileBody] | AsyncIterable[bytes] = b""
    on_end: Callable[[], None] | None = None
    """Called once when the response has ended, in whichever way."""


App = Callable[[Request], Response | Awaitable[Response]]
"""An application. One that can answer at once returns the response itself, which spares a task."""


class HttpError(Exception):
    """Ends a request with a status; raised by the server's own parts. One that an application lets through is answered too."""

    status = 400

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        if status is not None:
            self.status = status


class BodyTooLarge(HttpError):
    """The body is larger than the reader allows: 413, https://www.rfc-editor.org/rfc/rfc9110#name-413-content-too-large"""

    status = 413


class ClientGone(HttpError):
    """The client ended the connection, or stood still, in the middle of its body."""

    status = 408


class BytesBody:
    """A body that is at hand: a small one that has arrived whole, or one made by a test."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes = b"") -> None:
        self._data = data

    @property
    def length(self) -> int | None:
        """Its number of bytes."""
        return len(self._data)

    def peek(self) -> bytes | None:
        """All of it."""
        return self._data

    async def read(self, limit: int) -> bytes:
        """All of it."""
        if len(self._data) > limit:
            raise BodyTooLarge(f"The body has {len(self._data)} bytes; {limit} are allowed here.")
        return self._data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """All of it in one piece."""
        if self._data:
            yield self._data

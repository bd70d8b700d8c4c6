"""Responses that take time: streams, and files."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Protocol, cast

from homeport.edge import http
from homeport.edge.protocol import responses, sendfile


class Target(sendfile.Socket, Protocol):
    """The connection, as far as a response needs it."""

    def head(self, response: http.Response, length: int) -> bytes:
        """The head to send."""

    def speaks_chunks(self) -> bool:
        """Whether the client understands a chunked body."""


class Broken(Exception):
    """The response cannot be sent to its end, but its head is out: only the end of the connection can tell the client."""


Body = bytes | http.FileBody | list[http.FileBody] | AsyncIterable[bytes]


def at_hand(body: Body) -> bytes | None:
    """The whole body where it takes no waiting: bytes, and small files. Raises OSError for a file that cannot be read."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, http.FileBody):
        return sendfile.read(body) if body.length <= sendfile.SMALL_BYTES else None
    if isinstance(body, list) and sum(part.length for part in body) <= sendfile.SMALL_BYTES:
        return b"".join(map(sendfile.read, body))
    return None


async def give_up(response: http.Response) -> None:
    """Tells a stream that nobody is there to take it."""
    if isinstance(response.body, AsyncIterable):
        await _close(response.body)


async def send_bodiless(target: Target, response: http.Response) -> None:
    """Sends the head only. A stream is told that nobody wants it."""
    body = response.body
    if isinstance(body, AsyncIterable):
        await _close(body)
        target.write(target.head(response, responses.OWN_LENGTH))
    else:
        length = responses.bodiless_length(response, _length(body))
        target.write(target.head(response, length))


async def send(target: Target, response: http.Response) -> None:
    """Sends head and body. Raises `Broken` once the head is out, else what hindered it."""
    body = response.body
    if isinstance(body, AsyncIterable):
        await _send_stream(target, response, body)
        return
    files = body if isinstance(body, list) else [cast("http.FileBody", body)]
    with sendfile.opened(files[0]) as first:
        head = target.head(response, _length(body))
        try:
            await sendfile.send(target, head, files, first)
        except (OSError, sendfile.Short) as error:
            raise Broken from error


def _length(body: Body) -> int:
    if isinstance(body, list):
        return sum(part.length for part in body)
    return len(body) if isinstance(body, bytes) else cast("http.FileBody", body).length


async def _send_stream(target: Target, response: http.Response, body: AsyncIterable[bytes]) -> None:
    length = responses.own_length(response.headers)
    is_chunked = length is None and target.speaks_chunks()
    framing = responses.OWN_LENGTH
    if length is None:
        framing = responses.CHUNKED if is_chunked else responses.UNTIL_CLOSE
    try:
        target.write(target.head(response, framing))
        try:
            await _send_pieces(target, body, length, is_chunked=is_chunked)
        except Exception as error:
            raise Broken from error
        if is_chunked:
            target.write(b"0\r\n\r\n")
    finally:
        await _close(body)


async def _send_pieces(
    target: Target, body: AsyncIterable[bytes], length: int | None, *, is_chunked: bool
) -> None:
    left = length
    async for piece in body:
        if not piece:  # a chunk of no bytes would end the body
            continue
        if left is not None:
            left -= len(piece)
            if left < 0:
                break
        target.write(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
        target.moved += len(piece)
        await target.drain()
    if left:
        raise ValueError(f"The stream is not as long as announced: {length} bytes.")


async def _close(stream: AsyncIterable[bytes]) -> None:
    """Ends a generator now, so that what it holds is released before the response counts as ended."""
    close = getattr(stream, "aclose", None)
    if close is not None:
        await close()

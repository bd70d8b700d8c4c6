"""The body of a request while it arrives: bounded in memory, the sender slowed down by the reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from homeport.edge import http
from homeport.edge.protocol import chunked

PIECE_BYTES = 64
"""What a piece costs beside its bytes: a body in pieces of one byte must not take more memory than it is counted for."""


class Flow(Protocol):
    """The connection, as far as its body needs it."""

    def pause_reading(self) -> None:
        """Takes no more bytes from the socket."""

    def resume_reading(self) -> None:
        """Takes bytes again."""

    def body_is_awaited(self, *, is_untouched: bool) -> None:
        """The application waits for bytes; `is_untouched` where it does so for the first time and none has come yet."""


class StreamBody:
    """A body that is not at hand. The connection feeds it, the application reads it once."""

    __slots__ = (
        "_decoder", "_error", "_flow", "_has_begun", "_held", "_high_water", "_is_dropped", "_pieces", "_waiter", "_was_awaited", "is_complete",
        "left", "length",
    )  # fmt: skip

    def __init__(self, flow: Flow, length: int | None, high_water: int) -> None:
        self._flow = flow
        self.length = length
        self.left = length or 0
        """Bytes still to come of a body with a length."""
        self._decoder = chunked.Decoder() if length is None else None
        self.is_complete = False
        self._pieces: list[bytes] = []
        self._held = 0
        self._high_water = high_water
        self._waiter: asyncio.Future[None] | None = None
        self._error: http.HttpError | None = None
        self._is_dropped = False
        self._was_awaited = False
        self._has_begun = False

    @property
    def is_awaited(self) -> bool:
        """Whether the application waits for bytes right now."""
        return self._waiter is not None

    @property
    def was_awaited(self) -> bool:
        """Whether the application ever waited for bytes."""
        return self._was_awaited

    @property
    def has_failed(self) -> bool:
        """Whether the rest of it never comes."""
        return self._error is not None

    def peek(self) -> bytes | None:
        """Nothing: what is read as a stream is not at hand."""
        return None

    async def read(self, limit: int) -> bytes:
        """The whole body, see `http.Body.read`."""
        if self.length is not None and self.length > limit:
            raise http.BodyTooLarge(f"The body has {self.length} bytes; {limit} are allowed here.")
        total = 0
        pieces = []
        async for piece in self:
            total += len(piece)
            if total > limit:
                raise http.BodyTooLarge(f"The body has more than the {limit} bytes allowed here.")
            pieces.append(piece)
        return b"".join(pieces)

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body in pieces, see `http.Body.__aiter__`."""
        return self

    async def __anext__(self) -> bytes:
        """All that has arrived since the last piece; waits where that is nothing."""
        while not self._pieces:
            if self._error is not None:
                raise self._error
            if self.is_complete:
                raise StopAsyncIteration
            await self._wait()
        return self.take()

    def take(self) -> bytes:
        """All that is held."""
        pieces = self._pieces
        self._pieces = []
        self._held = 0
        self._flow.resume_reading()
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _wait(self) -> None:
        is_untouched = not self._was_awaited and not self._has_begun
        self._was_awaited = True
        self._flow.body_is_awaited(is_untouched=is_untouched)
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def feed(self, data: bytes) -> bytes:
        """Takes bytes from the connection and returns those behind the end of the body. Raises `HttpError` for broken chunks."""
        if not data:
            return data
        self._has_begun = True
        if self._decoder is not None:
            rest = self._feed_chunks(self._decoder, data)
        elif len(data) <= self.left:
            self._pieces.append(data)
            self._held += len(data) + PIECE_BYTES
            self.left -= len(data)
            self.is_complete = not self.left
            rest = b""
        else:
            rest = data[self.left :]
            self._pieces.append(data[: self.left])
            self.left = 0
            self.is_complete = True
        if self._is_dropped:
            self._pieces.clear()
        elif self._held >= self._high_water and not self.is_complete:
            self._flow.pause_reading()
        self._wake()
        return rest

    def _feed_chunks(self, decoder: chunked.Decoder, data: bytes) -> bytes:
        before = len(self._pieces)
        rest = decoder.feed(data, self._pieces)
        new = self._pieces[before:]
        self._held += sum(map(len, new)) + len(new) * PIECE_BYTES
        if rest is None:
            return b""
        self.is_complete = True
        return rest

    def fail(self, error: http.HttpError) -> None:
        """Ends the body before its end; the reader gets the error once it has had what is there."""
        if self._error is None and not self.is_complete:
            self._error = error
            self._wake()

    def drop(self) -> None:
        """Nobody wants the rest."""
        self._is_dropped = True
        self.fail(http.ClientGone("The request was answered before its body was read."))
        self._pieces.clear()
        self._held = 0
        self._flow.resume_reading()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

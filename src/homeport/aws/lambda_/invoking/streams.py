"""A response that is read while the function still writes it.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from homeport.aws.lambda_.invoking import limits


class ResponseStream:
    """The pieces of one response, of one writer for one reader. The writer is told to wait while too much is unread."""

    def __init__(self, executed_version: str, request_id: str, trace: str = "") -> None:
        self.executed_version = executed_version
        self.request_id = request_id
        self.trace = trace
        self.content_type = ""
        """Known once `begun` is done."""
        self.error_code = ""
        self.error_details = ""
        self.log = b""
        """The last of the function's log, where it was asked for."""
        loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[None] = loop.create_future()
        self.logged: asyncio.Future[bytes] | None = None
        """Done when the log is complete; None where nobody asked for it."""
        self.on_room: Callable[[], None] | None = None
        """Called once when there is room again."""
        self._pieces: deque[bytes] = deque()
        self._held = 0
        self._total = 0
        self._has_ended = False
        self._is_abandoned = False
        self._news: asyncio.Future[None] | None = None

    # The writer

    def begin(self, content_type: str) -> None:
        """The head of the response is there."""
        if not self.begun.done():
            self.content_type = content_type
            self.begun.set_result(None)

    def put(self, data: bytes) -> bool:
        """Adds a piece. Whether there is room for another; `on_room` tells when there is room again."""
        if self._has_ended:
            return True
        self._total += len(data)
        if self._total > limits.STREAM_BYTES:
            self.fail(
                "Function.ResponseSizeTooLarge",
                f"Response payload size exceeded maximum allowed payload size ({limits.STREAM_BYTES} bytes).",
            )
            return True
        if self._is_abandoned:
            return True
        self._pieces.append(data)
        self._held += len(data)
        self._wake()
        return self._held < limits.STREAM_BUFFER_BYTES

    def end(self) -> None:
        """The response is complete."""
        self.begin(self.content_type)
        self._has_ended = True
        self._wake()

    def fail(self, code: str, details: str) -> None:
        """The function, or what runs it, has failed; what was written before stays."""
        if not self._has_ended:
            self.error_code, self.error_details = code, details
            self.end()

    # The reader

    def __aiter__(self) -> ResponseStream:
        """The pieces as they come."""
        return self

    async def __anext__(self) -> bytes:
        """The next piece."""
        while not self._pieces:
            if self._has_ended:
                if self.logged is not None:
                    self.log = await asyncio.shield(self.logged)
                raise StopAsyncIteration
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        piece = self._pieces.popleft()
        self._held -= len(piece)
        if self._held < limits.STREAM_BUFFER_BYTES:
            self._make_room()
        return piece

    async def aclose(self) -> None:
        """Nobody reads on: the function runs to its end, what it still writes is dropped."""
        self._is_abandoned = True
        self._pieces.clear()
        self._held = 0
        self._make_room()

    def _make_room(self) -> None:
        on_room, self.on_room = self.on_room, None
        if on_room is not None:
            on_room()

    def _wake(self) -> None:
        news, self._news = self._news, None
        if news is not None and not news.done():
            news.set_result(None)

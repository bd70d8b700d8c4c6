"""TCP: messages with their length in front, as many on one connection as a client likes.

https://www.rfc-editor.org/rfc/rfc7766
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import cast

from homeport.clock import Clock, Timer
from homeport.net.dns.server import limits

Asked = Callable[[bytes, str], bytes | Awaitable[bytes] | None]
"""A message and the address that it came from; the answer now, or later, or none."""

_LENGTH = 2


class Streams:
    """The connections of the server."""

    def __init__(self, asked: Asked, is_known: Callable[[str], bool], time: Clock) -> None:
        self.asked = asked
        self.time = time
        self._is_known = is_known
        self._strangers = 0
        self._open: set[Connection] = set()
        self._counts: Counter[str] = Counter()

    def connection(self) -> Connection:
        """What is to become one."""
        return Connection(self)

    def has_room(self, client: str) -> bool:
        """Whether one more is let in."""
        if not self._is_known(client) and self._strangers >= limits.CONNECTIONS_OF_STRANGERS:
            return False
        is_room = len(self._open) < limits.CONNECTIONS
        return is_room and self._counts[client] < limits.CONNECTIONS_OF_ONE

    def add(self, connection: Connection, client: str) -> None:
        """Counts a connection."""
        self._open.add(connection)
        self._counts[client] += 1
        self._strangers += not self._is_known(client)

    def remove(self, connection: Connection, client: str) -> None:
        """Forgets it."""
        if connection in self._open:
            self._open.remove(connection)
            self._counts[client] -= 1
            self._strangers -= not self._is_known(client)
            if not self._counts[client]:
                del self._counts[client]

    def close(self) -> None:
        """Ends all of them."""
        for connection in tuple(self._open):
            connection.end()

    def __len__(self) -> int:
        return len(self._open)


class Connection(asyncio.Protocol):
    """One client. It is read no further while its answers wait, here or in its socket."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._client = ""
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._timer: Timer | None = None
        self._waiting: set[asyncio.Task[None]] = set()
        self._is_full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Lets it in where there is room."""
        its = cast("asyncio.Transport", transport)
        self._client = str(its.get_extra_info("peername")[0])
        if not self._streams.has_room(self._client):
            its.abort()
            return
        self._transport = its
        self._streams.add(self, self._client)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        """Forgets it, and what it still waits for."""
        self._transport = None
        self._streams.remove(self, self._client)
        if self._timer is not None:
            self._timer.cancel()
        for task in self._waiting:
            task.cancel()

    def end(self) -> None:
        """Closes it."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Answers each whole message."""
        self._buffer += data
        self._read()

    def pause_writing(self) -> None:
        """The client does not read its answers: it is asked to wait."""
        self._is_full = True
        self._settle()

    def resume_writing(self) -> None:
        """It reads again."""
        self._is_full = False
        self._read()

    def _read(self) -> None:
        while self._transport is not None and not self._is_busy() and len(self._buffer) >= _LENGTH:
            length = int.from_bytes(self._buffer[:_LENGTH])
            if not limits.HEADER <= length <= limits.QUERY:
                self.end()  # no question is like that, and where the next one begins is not sure
                return
            if len(self._buffer) < _LENGTH + length:
                break
            message = bytes(self._buffer[_LENGTH : _LENGTH + length])
            del self._buffer[: _LENGTH + length]
            self._ask(message)
        self._settle()

    def _ask(self, message: bytes) -> None:
        self._wait()
        answer = self._streams.asked(message, self._client)
        if isinstance(answer, bytes):
            self._send(answer)
        elif answer is not None:
            task = asyncio.ensure_future(self._send_later(answer))
            self._waiting.add(task)
            task.add_done_callback(self._sent)

    async def _send_later(self, answer: Awaitable[bytes]) -> None:
        self._send(await answer)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._waiting.discard(task)
        self._read()

    def _send(self, answer: bytes) -> None:
        if self._transport is not None:
            self._transport.write(len(answer).to_bytes(_LENGTH) + answer)

    def _is_busy(self) -> bool:
        return self._is_full or len(self._waiting) >= limits.PIPELINED

    def _settle(self) -> None:
        """Reads on, or does not for now."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._is_busy():
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _wait(self) -> None:
        """Ends it where nothing whole comes for a while."""
        if self._timer is not None:
            self._timer.cancel()
        time = self._streams.time
        self._timer = time.call_at(time.now() + limits.IDLE_S, self.end)

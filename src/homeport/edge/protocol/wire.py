"""The socket's side of a connection: slowed down by us, slowed down by the client, stalled, gone."""

from __future__ import annotations

import array
import asyncio
import fcntl
import socket
import termios
from typing import cast

from homeport.edge.protocol import site as sites


class Wire(asyncio.Protocol):
    """Reading and writing of one connection, without a notion of requests."""

    __slots__ = (
        "_drained", "_is_reading_paused", "_is_write_paused", "_progress", "_progress_tick", "_site", "_transport", "awaits_socket",
        "has_ended", "is_tls", "moved", "peer",
    )  # fmt: skip

    _transport: asyncio.Transport

    def __init__(self, site: sites.Site, *, is_tls: bool) -> None:
        self._site = site
        self.is_tls = is_tls
        self.peer = ""
        self.has_ended = False
        """Whether nothing more is taken from the client."""
        self._drained: asyncio.Future[None] | None = None
        self._is_reading_paused = False
        self._is_write_paused = False
        self._progress = (0, 0, 0)
        self._progress_tick = 0
        self.moved = 0
        """Bytes given to the socket beside the transport, see `sendfile`."""
        self.awaits_socket = False
        """Whether such a transfer waits for the client."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called once, first."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(self._site.config.write_buffer_bytes)
        address = transport.get_extra_info("peername")
        if address:
            host, port = address[:2]
            self.peer = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def pause_writing(self) -> None:
        """The client reads slower than we write."""
        self._is_write_paused = True

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._is_write_paused = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    def pause_reading(self) -> None:
        """Takes no more bytes from the client."""
        if not self._is_reading_paused and not self.has_ended:
            self._is_reading_paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Takes bytes again."""
        if self._is_reading_paused:
            self._is_reading_paused = False
            if not self.has_ended and not self._transport.is_closing():
                self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Hands bytes to the transport, which keeps what the client does not take yet."""
        self._transport.write(data)

    async def drain(self) -> None:
        """Returns when there is room for more to write."""
        if self._is_write_paused:
            self._drained = self._site.loop.create_future()
            try:
                await self._drained
            finally:
                self._drained = None

    async def flush(self) -> None:
        """Returns when the kernel has everything that was written."""
        if not self._transport.get_write_buffer_size():
            return
        self._transport.set_write_buffer_limits(0)
        try:
            await self.drain()
        finally:
            self._transport.set_write_buffer_limits(self._site.config.write_buffer_bytes)

    def own_socket(self) -> socket.socket:
        """The connection's socket under a descriptor of its own; the caller closes it."""
        mine = self._transport.get_extra_info("socket")
        return socket.socket(mine.family, mine.type, mine.proto, fileno=socket.dup(mine.fileno()))

    def abort(self) -> None:
        """Ends the connection now; what is not sent is lost."""
        self._transport.abort()

    def _is_writing(self) -> bool:
        """Whether the client still has to take something. Ends the connection where it takes nothing for too long."""
        held = self._transport.get_write_buffer_size()
        if not held and not self.awaits_socket:
            self._progress_tick = self._site.ticks
            return False
        progress = (self.moved, held, self._unsent())
        if progress != self._progress:
            self._progress = progress
            self._progress_tick = self._site.ticks
        elif self._site.ticks - self._progress_tick >= self._site.write_stall:
            self.abort()
        return True

    def _unsent(self) -> int:
        """Bytes in the kernel that the client has not acknowledged.

        A socket counts as writable only when a third of its buffer is free: a slow client may need minutes for that while it does
        move. https://man7.org/linux/man-pages/man7/tcp.7.html (SIOCOUTQ)
        """
        mine = self._transport.get_extra_info("socket")
        count = array.array("i", [0])
        try:
            fcntl.ioctl(mine.fileno(), termios.TIOCOUTQ, count)
        except OSError:
            return -1
        return count[0]

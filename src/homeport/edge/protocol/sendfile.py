"""Files to a socket, without passing through Python where nothing encrypts them.

uvloop 0.21 to 0.23 has `loop.sendfile` in name only: it raises NotImplementedError. So the kernel's sendfile is called here on a
duplicate of the socket's descriptor: uvloop refuses to watch a descriptor that one of its transports owns, a duplicate it takes.
The order of bytes holds because the transport's own buffer is flushed first, and nothing else writes while a file is sent.
https://man7.org/linux/man-pages/man2/sendfile.2.html

Measured over loopback with curl, 64 MiB, medians of 40: half the CPU of reading and writing pieces of 256 KiB (12 to 25 ms), and a
lower rate (53 to 47 ms). The rate hardly moves with what is asked of one call (128 KiB to 4 MiB) or with SO_SNDBUF (1 MiB: 53 ms; 4 MiB:
52 ms, CPU 9 ms). TCP_NOTSENT_LOWAT of 128 KiB gave 40 to 53 ms for two to three times the CPU. CPU is what many pulls at once share.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from typing import Protocol

from homeport.edge import http

SMALL_BYTES = 64 * 1024
"""Up to here a file is read and written along with the head: cheaper than the calls around a sendfile."""

STEP_BYTES = 4 * 1024 * 1024
"""Sent at most before other connections have their turn."""

PIECE_BYTES = 256 * 1024
"""Read at a time where the connection is encrypted."""


class Socket(Protocol):
    """The connection, as far as a file needs it."""

    is_tls: bool
    moved: int
    awaits_socket: bool

    def write(self, data: bytes) -> None:
        """Hands bytes to the transport."""

    async def drain(self) -> None:
        """Returns when there is room for more."""

    async def flush(self) -> None:
        """Returns when the kernel has everything that was written."""

    def own_socket(self) -> socket.socket:
        """The socket under a descriptor of its own."""


class Short(Exception):
    """A file has fewer bytes than were promised in the head."""

    def __init__(self, part: http.FileBody) -> None:
        super().__init__(f"{part.path} has no {part.length} bytes from {part.offset} on.")


@contextlib.contextmanager
def opened(part: http.FileBody) -> Iterator[int]:
    """A descriptor to read a file from."""
    descriptor = os.open(part.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read(part: http.FileBody) -> bytes:
    """A small part, whole."""
    if not part.length:
        return b""
    with opened(part) as descriptor:
        data = os.pread(descriptor, part.length, part.offset)
    if len(data) != part.length:
        raise Short(part)
    return data


async def send(target: Socket, head: bytes, files: list[http.FileBody], first: int) -> None:
    """Sends the head and then each file; `first` is the open descriptor of the first one.

    Raises `Short` or OSError; the client then has a head that promises more than came.
    """
    if target.is_tls:
        target.write(head)
        await _each(_Copy(target), files, first)
        return
    await target.flush()
    with target.own_socket() as own:
        direct = _Direct(target, own)
        await direct.send_head(head)
        await _each(direct, files, first)


class _Way(Protocol):
    async def send(self, part: http.FileBody, descriptor: int) -> None: ...


async def _each(way: _Way, files: list[http.FileBody], first: int) -> None:
    await way.send(files[0], first)
    for part in files[1:]:
        with opened(part) as descriptor:
            await way.send(part, descriptor)


class _Copy:
    """Reads in a thread, writes to the transport."""

    def __init__(self, target: Socket) -> None:
        self._target = target

    async def send(self, part: http.FileBody, descriptor: int) -> None:
        loop = asyncio.get_running_loop()
        at, end = part.offset, part.offset + part.length
        while at < end:
            # A cancelled read may still run while the descriptor is closed: what it reads then is thrown away.
            data = await loop.run_in_executor(
                None, os.pread, descriptor, min(PIECE_BYTES, end - at), at
            )
            if not data:
                raise Short(part)
            at += len(data)
            self._target.write(data)
            self._target.moved += len(data)
            await self._target.drain()


class _Direct:
    """Lets the kernel move the bytes."""

    def __init__(self, target: Socket, own: socket.socket) -> None:
        self._target = target
        self._socket = own

    async def send_head(self, head: bytes) -> None:
        """Sends the head, held back by the kernel to share a segment with the first bytes of the file."""
        rest = memoryview(head)
        while rest:
            try:
                rest = rest[self._socket.send(rest, socket.MSG_MORE) :]
            except BlockingIOError:
                await self._writable()

    async def send(self, part: http.FileBody, descriptor: int) -> None:
        target, out = self._target, self._socket.fileno()
        at, end = part.offset, part.offset + part.length
        if part.length > PIECE_BYTES:
            # sendfile waits for the disk: a larger read-ahead keeps those waits short.
            os.posix_fadvise(descriptor, at, part.length, os.POSIX_FADV_SEQUENTIAL)
        turn = STEP_BYTES
        while at < end:
            try:
                count = os.sendfile(out, descriptor, at, min(end - at, turn))
            except BlockingIOError:
                await self._writable()
                turn = STEP_BYTES
                continue
            if not count:
                raise Short(part)
            at += count
            target.moved += count
            turn -= count
            if turn <= 0:
                await asyncio.sleep(0)
                turn = STEP_BYTES

    async def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        loop.add_writer(self._socket, _wake, ready)
        self._target.awaits_socket = True
        try:
            await ready
        finally:
            self._target.awaits_socket = False
            loop.remove_writer(self._socket)


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)

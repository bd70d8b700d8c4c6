"""Files to a socket: read by pieces from the system's cache, on the loop, and by a thread where they are still on the disk.

`preadv2` with RWF_NOWAIT tells the two apart: https://man7.org/linux/man-pages/man2/preadv2.2.html. Handing each piece to a thread and
back cost more than the encryption (490 to 230 ms of CPU for 256 MiB over TLS).

Plain connections are written to beside the transport, on a duplicate of the socket's descriptor: uvloop refuses to watch a descriptor
that one of its transports owns, a duplicate it takes. The order of bytes holds because the transport's own buffer is flushed first, and
nothing else writes while a file is sent. The kernel's sendfile takes as much CPU over loopback, and longer: the client then copies from
memory that no cache holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Iterator
from typing import Protocol

from homeport.edge import http

SMALL_BYTES = 64 * 1024
"""Up to here a file is read and written along with the head: cheaper than the calls around a sendfile."""

STEP_BYTES = 4 * 1024 * 1024
"""Sent at most before other connections have their turn: 2 to 6 ms."""

PIECE_BYTES = 256 * 1024
"""Read at a time: it stays in the processor's cache. 3,030 MB/s in plain, with pieces of 1 MiB 2,530, with sendfile 2,280."""

_NOT_CACHED = {errno.EAGAIN, errno.EOPNOTSUPP}
"""What reading without waiting says where it would wait, and on file systems that can not tell."""


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


class _Pieces:
    """A part of a file, piece by piece in one and the same buffer."""

    def __init__(self, part: http.FileBody, descriptor: int, size: int) -> None:
        self._part, self._descriptor = part, descriptor
        self._view = memoryview(bytearray(min(size, part.length)))
        self._at, self._end = part.offset, part.offset + part.length
        self._turn = STEP_BYTES
        # A larger read-ahead keeps waits for the disk few.
        os.posix_fadvise(descriptor, part.offset, part.length, os.POSIX_FADV_SEQUENTIAL)

    async def next(self) -> memoryview | None:
        """The next piece, good until the one after it is asked for; None at the end."""
        if self._at >= self._end:
            return None
        if self._turn <= 0:
            self._turn = STEP_BYTES
            await asyncio.sleep(0)
        buffers = [self._view[: self._end - self._at]]
        try:
            count = os.preadv(self._descriptor, buffers, self._at, os.RWF_NOWAIT)
        except OSError as error:
            if error.errno not in _NOT_CACHED:
                raise
            count = await self._read(buffers)
        if not count:
            raise Short(self._part)
        self._at += count
        self._turn -= count
        return self._view[:count]

    async def _read(self, buffers: list[memoryview]) -> int:
        # A cancelled read may still run while the descriptor is closed, or belongs to another file: its buffer is thrown away.
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, os.preadv, self._descriptor, buffers, self._at)


class _Copy:
    """Writes to the transport."""

    def __init__(self, target: Socket) -> None:
        self._target = target

    async def send(self, part: http.FileBody, descriptor: int) -> None:
        pieces = _Pieces(part, descriptor, PIECE_BYTES)
        while (piece := await pieces.next()) is not None:
            # The buffer is used again, and the transport may keep what it is given.
            self._target.write(bytes(piece))
            self._target.moved += len(piece)
            await self._target.drain()


class _Direct:
    """Writes to the socket."""

    def __init__(self, target: Socket, own: socket.socket) -> None:
        self._target = target
        self._socket = own

    async def send_head(self, head: bytes) -> None:
        """Sends the head, held back by the kernel to share a segment with the first bytes of the file."""
        await self._send(memoryview(head), socket.MSG_MORE)

    async def send(self, part: http.FileBody, descriptor: int) -> None:
        pieces = _Pieces(part, descriptor, PIECE_BYTES)
        while (piece := await pieces.next()) is not None:
            await self._send(piece)
            self._target.moved += len(piece)

    async def _send(self, data: memoryview, flags: int = 0) -> None:
        while data:
            try:
                data = data[self._socket.send(data, flags) :]
            except BlockingIOError:
                await self._writable()

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

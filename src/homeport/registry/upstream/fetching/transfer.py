"""One blob on its way: read by all who ask for it, from its first byte on, while it comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Self

from homeport.registry.upstream.fetching.spool import Spool


class Transfer:
    """What is known of the blob so far, and who waits for it. `transfers` moves it on."""

    def __init__(self, spool: Spool, on_forsaken: Callable[[], None]) -> None:
        self.spool = spool
        self.length: int | None = None
        """Bytes of the blob, where the upstream has said it."""
        self.has_begun = False
        """Whether the upstream has answered."""
        self.is_verified = False
        """Whether all bytes are there, and are those of the digest."""
        self.is_stored = False
        """Whether it is a blob of the repository now."""
        self.has_ended = False
        self._failure: Exception | None = None
        self._on_forsaken = on_forsaken
        self._readers: set[Reader] = set()
        self._attending = 0
        self._news = asyncio.Event()

    # For clients

    @property
    def is_open(self) -> bool:
        """Whether one more can read it from its beginning."""
        return self._failure is None and not self.has_ended and self.spool.is_whole

    @contextlib.contextmanager
    def attended(self) -> Iterator[None]:
        """Around a wait for it, so that it goes on."""
        self._attending += 1
        try:
            yield
        finally:
            self._attending -= 1
            self._look_for_readers()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Returns when it is so; raises what has broken off the transfer."""
        while self._failure is None and not is_so():
            await self._news.wait()
        if self._failure is not None:
            raise self._failure.with_traceback(None)

    def reader(self) -> Reader:
        """All of its bytes, for one client; `close` ends it."""
        reader = Reader(self)
        self._readers.add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        """A reader wants no more."""
        self._readers.discard(reader)
        self.tell()
        self._look_for_readers()

    def _look_for_readers(self) -> None:
        if not self._is_forsaken():
            return
        if self.has_ended:
            self.spool.close()
        else:
            self._on_forsaken()

    def _is_forsaken(self) -> bool:
        return not self._readers and not self._attending

    @property
    def readable(self) -> int:
        """Bytes that readers may have: the last one only when all are verified, so that no body that is wrong looks complete."""
        if self.is_verified or self.length is None:
            return self.spool.size
        return min(self.spool.size, self.length - 1)

    # For who moves it on

    async def add(self, data: bytes) -> None:
        """The next bytes. Where they can not be stored, waits for the slowest reader."""
        await self.spool.add(data)
        self.tell()
        while self.spool.is_crowded(self._slowest()):
            await self._news.wait()

    def _slowest(self) -> int:
        return min((reader.offset for reader in self._readers), default=self.spool.size)

    def tell(self) -> None:
        """Wakes those who wait for a change."""
        self._news.set()
        self._news = asyncio.Event()

    def end(self, failure: Exception | None) -> None:
        """Nothing more comes."""
        self.has_ended = True
        self._failure = failure
        self.tell()
        if self._is_forsaken():
            self.spool.close()


class Reader:
    """The body of a response."""

    def __init__(self, transfer: Transfer) -> None:
        self.offset = 0
        self._transfer = transfer
        self._is_closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        """The next bytes. Raises what went wrong, which breaks off the response."""
        transfer = self._transfer
        await transfer.until(lambda: self.offset < transfer.readable or transfer.is_verified)
        left = transfer.readable - self.offset
        if not left:
            raise StopAsyncIteration
        data = (await transfer.spool.read(self.offset))[:left]
        if not data:
            raise EOFError(f"The bytes from {self.offset} on are gone.")
        self.offset += len(data)
        if transfer.spool.staged is None:
            transfer.tell()
        return data

    def close(self) -> None:
        """The client has all of it, or wants no more."""
        if not self._is_closed:
            self._is_closed = True
            self._transfer.leave(self)

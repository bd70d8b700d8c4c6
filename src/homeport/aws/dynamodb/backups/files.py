"""Content files of lines, compressed: written from one commit while writers go on, read back in batches."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from homeport import errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.storage.incoming.lanes import Hasher
from homeport.storage.incoming.staging import Staged

T = TypeVar("T")
Lines = Callable[[sqlite3.Connection], Iterator[bytes]]

PIECE = 256 * 1024
"""Compressed bytes that a reading thread hands over at once."""
LEVEL = 3
"""Of gzip: a third larger than at the highest, ten times as fast."""
BATCH_LINES = 100
BATCH_BYTES = 512 * 1024
"""What is read back, and then written to a table in one go, at most: a few milliseconds of the event loop."""


class Written(NamedTuple):
    """A published content file that no row names yet."""

    name: str
    size: int
    lines: int


class _Stopped(Exception):
    """Nobody waits for the file any more."""


async def write(
    dynamodb: DynamoDb, lines: Lines, *hashers: Hasher, begun: asyncio.Event | None = None
) -> Written:
    """Writes the lines that a function yields of one commit of the database, in a thread.

    The hashers see the compressed bytes. `begun` is set once that commit is fixed: what is written later is not seen. Raises
    `StorageError` where the disk fails or is full, and what `lines` raises.
    """
    staged = dynamodb.content.stage(*hashers)
    async with staged:
        loop, stop = asyncio.get_running_loop(), threading.Event()

        def feed(piece: bytes) -> None:
            if stop.is_set():
                raise _Stopped
            asyncio.run_coroutine_threadsafe(staged.write(piece), loop).result()

        def work(connection: sqlite3.Connection) -> int:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM tables LIMIT 1").fetchone()
            if begun is not None:
                loop.call_soon_threadsafe(begun.set)
            return _compress(lines(connection), feed)

        count = await _to_its_end(dynamodb.db.scan(work), stop)
        return await _publish(staged, count)


async def _publish(staged: Staged, count: int) -> Written:
    return Written(await staged.publish(), staged.size, count)


async def _to_its_end(work: Awaitable[T], stop: threading.Event) -> T:
    """Waits for a thread also where the waiting is cancelled, so that it never outlives the database."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.gather(task, return_exceptions=True)
        raise


def _compress(lines: Iterable[bytes], feed: Callable[[bytes], None]) -> int:
    packer = zlib.compressobj(LEVEL, wbits=31)
    gathered, count = bytearray(), 0
    for line in lines:
        gathered += packer.compress(line + b"\n")
        count += 1
        if len(gathered) >= PIECE:
            feed(bytes(gathered))
            gathered.clear()
    feed(bytes(gathered) + packer.flush())
    return count


async def batches(path: Path, skip: int, convert: Callable[[bytes], T]) -> AsyncIterator[list[T]]:
    """The lines of a file after the first `skip`, converted in a thread, in bounded lists.

    Raises `Corrupt` where the file is not what was written.
    """
    reader = _Reader(path, convert)
    try:
        await asyncio.to_thread(reader.skip, skip)
        while batch := await asyncio.to_thread(reader.batch):
            yield batch
    finally:
        reader.close()


class _Reader(Generic[T]):
    def __init__(self, path: Path, convert: Callable[[bytes], T]) -> None:
        self._path = path
        self._convert = convert
        self._file: gzip.GzipFile | None = None

    def skip(self, count: int) -> None:
        for _ in range(count):
            self._line()

    def batch(self) -> list[T]:
        batch: list[T] = []
        size = 0
        while len(batch) < BATCH_LINES and size < BATCH_BYTES:
            line = self._line()
            if not line:
                break
            batch.append(self._convert(line[:-1]))
            size += len(line)
        return batch

    def _line(self) -> bytes:
        try:
            if self._file is None:
                self._file = gzip.GzipFile(self._path)
            return self._file.readline()
        except (OSError, EOFError, zlib.error) as error:
            raise errors.Corrupt(
                f"The content file {self._path} cannot be read: {error}"
            ) from error

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


async def raw(path: Path) -> AsyncIterator[bytes]:
    """The bytes of a file as they are."""
    file = await asyncio.to_thread(open, path, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
    finally:
        file.close()

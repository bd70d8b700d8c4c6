"""The items of source objects, made ready to be written, in bounded batches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple

from homeport.aws.dynamodb.backups.imports import compression
from homeport.aws.dynamodb.backups.imports.compression import DamagedError, Decompressor
from homeport.aws.dynamodb.backups.imports.records import BrokenError, Format, Record
from homeport.aws.dynamodb.items import action as actions
from homeport.aws.dynamodb.items.change import After
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import AwsError

BATCH_RECORDS = 100
BATCH_BYTES = 512 * 1024
"""What is written in one go at most: a few milliseconds of the event loop."""


class Prepared(NamedTuple):
    """A record: an item and where it belongs, or why it is refused."""

    key: Key | None
    after: After | None
    reason: str = ""


class Batch(NamedTuple):
    """What was read since the last one."""

    records: list[Prepared]
    size: int
    """Decompressed bytes that were read for it."""


async def batches(
    pieces: AsyncIterator[bytes], compressed: str, form: Format, table: Table
) -> AsyncIterator[Batch]:
    """All records of one object; the last one may be the error that made the rest unreadable.

    Parsing and checking happen in a thread, a piece at a time.
    """
    reader = _Reader(compression.of(compressed), form, table)
    async for piece in pieces:
        steps = reader.read(piece)
        while (batch := await asyncio.to_thread(next, steps, None)) is not None:
            yield batch
        if reader.is_broken:
            break
    steps = reader.end()
    while (batch := await asyncio.to_thread(next, steps, None)) is not None:
        yield batch


class _Reader:
    def __init__(self, decompressor: Decompressor, form: Format, table: Table) -> None:
        self._decompressor = decompressor
        self._form = form
        self._table = table
        self._held: list[Prepared] = []
        self._held_size = 0
        self._read_size = 0
        self.is_broken = False

    def read(self, piece: bytes) -> Iterator[Batch]:
        """The batches that the next bytes of the object fill."""
        yield from self._guarded(lambda: self._decompressed(piece))

    def end(self) -> Iterator[Batch]:
        """The last batch."""
        if not self.is_broken:
            yield from self._guarded(self._last)
        if self._held or self._read_size:
            yield self._take()

    def _guarded(self, records: Callable[[], Iterator[Record]]) -> Iterator[Batch]:
        try:
            for record in records():
                self._hold(self._prepare(record))
                if len(self._held) >= BATCH_RECORDS or self._held_size >= BATCH_BYTES:
                    yield self._take()
        except (BrokenError, DamagedError) as error:
            self.is_broken = True
            self._hold(Prepared(None, None, str(error)))

    def _decompressed(self, piece: bytes) -> Iterator[Record]:
        for data in self._decompressor.feed(piece):
            self._read_size += len(data)
            yield from self._form.feed(data)

    def _last(self) -> Iterator[Record]:
        yield from self._form.end()
        self._decompressor.end()

    def _hold(self, prepared: Prepared) -> None:
        self._held.append(prepared)
        self._held_size += 0 if prepared.after is None else prepared.after.stored.size

    def _take(self) -> Batch:
        batch = Batch(self._held, self._read_size)
        self._held, self._held_size, self._read_size = [], 0, 0
        return batch

    def _prepare(self, record: Record) -> Prepared:
        if record.reason:
            return Prepared(None, None, record.reason)
        try:
            after = actions.item_to_put(record.item)
            action = actions.of_put(self._table, after)
        except AwsError as refused:
            return Prepared(None, None, refused.message)
        return Prepared(action.key, after)

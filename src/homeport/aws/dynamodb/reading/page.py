"""One page of a query or a scan: rows in their order, up to a limit or to 1 MB, filtered and projected.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html

A page is read in steps, between which other requests have their turn. Each step sees the last commit and goes on behind the row
that the one before it ended with, so that no item that stays where it is is lost or comes twice.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any

from homeport.aws.dynamodb import limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import evaluate
from homeport.aws.dynamodb.expressions.nodes import Node
from homeport.aws.dynamodb.expressions.projecting import Projection
from homeport.aws.dynamodb.items import capacity
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.reading.ranges import Range, Segment
from homeport.aws.dynamodb.store import reading as stored
from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.values import keys as encoded
from homeport.aws.dynamodb.values import text
from homeport.aws.dynamodb.values.attribute import Item

PAGE_SIZE = limits.MIB
"""Bytes of items, as AWS counts them, with which a page ends; the item that reaches it belongs to the page.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#API_Query_ResponseSyntax (LastEvaluatedKey)"""
STEP_ROWS = 2000
"""Rows of one step where they are answered as they are stored: 1 ms."""
DECODED_STEP_ROWS = 500
DECODED_STEP_SIZE = PAGE_SIZE // 4
"""Rows and bytes of one step where the rows have to be read: 2 ms."""


@dataclass(slots=True)
class Reading:
    """What to read."""

    table: Table
    rows: Range | Segment
    """Where to read: `ranges.of_condition`, `ranges.of_segment`, `ranges.WHOLE`; to go on, what is behind (`after`) a key."""
    index: Index | None = None
    is_forward: bool = True
    """The order of a `Range`; a `Segment` is always read forward."""
    limit: int | None = None
    """Rows to look at, before the filter."""
    filter: Node | None = None
    projection: Projection | None = None
    is_count: bool = False
    """Items are counted only."""
    is_fetching: bool = False
    """Whole items are fetched from the table, where a local index holds parts of them."""
    is_consistent: bool = False
    """Only what it costs depends on it: every read sees the last commit."""


@dataclass(slots=True)
class Page:
    """What was read."""

    texts: list[bytes]
    """The items, as JSON; none where they were only counted."""
    count: int
    scanned_count: int
    last_key: Item | None
    """The key to go on behind, of the table and of the index; None at the end of what there is."""
    units: float
    """Read units of the table."""
    index_units: Mapping[str, float]
    """Read units of the index that was read, by its name."""

    def items(self) -> list[Item]:
        """The items, decoded."""
        return [text.load(one) for one in self.texts]


def read(dynamodb: DynamoDb, reading: Reading) -> Page | Coroutine[Any, Any, Page]:
    """Reads a page: at once where one step is enough, which nearly always is so, else in the returned coroutine.

    Not to be called within a snapshot: it takes its own.
    """
    walk = _Walk(reading)
    _step(dynamodb, walk)
    return walk.page() if walk.is_done else _go_on(dynamodb, walk)


def _step(dynamodb: DynamoDb, walk: _Walk) -> None:
    if not walk.has_many_statements:
        dynamodb.db.read(walk.step)
        return
    with dynamodb.db.snapshot() as connection:
        walk.step(connection)


async def read_page(dynamodb: DynamoDb, reading: Reading) -> Page:
    """Reads a page, for callers that wait anyway."""
    page = read(dynamodb, reading)
    return page if isinstance(page, Page) else await page


async def _go_on(dynamodb: DynamoDb, walk: _Walk) -> Page:
    while not walk.is_done:
        await asyncio.sleep(0)
        _step(dynamodb, walk)
    return walk.page()


def key_of(table: Table, index: Index | None, item: Item) -> Key:
    """Where an item, of which only the key attributes matter, stands in the table or in an index."""
    if index is None:
        return keys.row_key(table.keys, item)
    pk = encoded.hashed([item[name] for name in index.keys.partition])
    return Key(pk, encoded.several([item[name] for name in index.keys.sort + table.keys.names]))


class _Walk:
    """A page in the making."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.has_many_statements = reading.is_fetching
        is_plain = reading.filter is None and reading.projection is None and not reading.is_fetching
        self._step_rows = STEP_ROWS if is_plain else DECODED_STEP_ROWS
        self._step_size = PAGE_SIZE if is_plain else DECODED_STEP_SIZE
        self._rows = reading.rows
        self._texts: list[bytes] = []
        self._count = 0
        self._scanned = 0
        self._size = 0
        """Bytes of the rows that were looked at, and in `_fetched` of the items that were fetched for them."""
        self._fetched = 0
        self._units = 0.0
        self._last: bytes | None = None
        """The row that ended the page, before the end of what there is."""
        self.is_done = False

    def step(self, connection: sqlite3.Connection) -> None:
        """Reads on, with what the last commit left."""
        limit = self._reading.limit
        wanted = self._step_rows
        if limit is not None:
            wanted = min(wanted, limit - self._scanned)
        stop = min(PAGE_SIZE, self._size + self._fetched + self._step_size)
        cursor = self._open(connection, wanted)
        try:
            if self._reading.is_fetching:
                taken = self._take_and_fetch(connection, cursor, stop)
            else:
                taken = self._take(cursor, stop)
        finally:
            cursor.close()
        self._scanned += len(taken)
        size = self._size + self._fetched
        if size >= PAGE_SIZE or self._scanned == limit:
            self._last = taken[-1]
            self.is_done = True
        elif size < stop and len(taken) < wanted:
            self.is_done = True
        else:
            self._rows = self._behind(taken[-1])

    def page(self) -> Page:
        """What was read."""
        reading = self._reading
        table, index = reading.table, reading.index
        last_key = None
        if self._last is not None:
            last_key = _key_item(table, index, text.load(self._last))
        units = self._units
        index_units: Mapping[str, float] = capacity.NO_INDEXES
        read_units = capacity.read_units(self._size, is_consistent=reading.is_consistent)
        if index is None:
            units = read_units
        else:
            index_units = {index.name: read_units}
        return Page(self._texts, self._count, self._scanned, last_key, units, index_units)

    def _open(self, connection: sqlite3.Connection, count: int) -> sqlite3.Cursor:
        reading, where = self._reading, self._rows
        space = reading.table.id if reading.index is None else reading.index.space
        if isinstance(where, Range):
            forward = reading.is_forward
            return stored.in_partition(connection, space, *where, count, is_forward=forward)
        return stored.across(connection, space, *where, count)

    def _behind(self, last: bytes) -> Range | Segment:
        reading, where = self._reading, self._rows
        key = key_of(reading.table, reading.index, text.load(last))
        if isinstance(where, Range):
            return where.after(key, is_forward=reading.is_forward)
        return where.after(key)

    def _take(self, cursor: Iterable[tuple[int, bytes]], stop: int) -> list[bytes]:
        """The rows of a step, until the page has `stop` bytes; what the filter lets through is kept."""
        taken = []
        size = self._size
        for row_size, row in cursor:
            taken.append(row)
            size += row_size
            if size >= stop:
                break
        self._size = size
        self._keep(taken)
        return taken

    def _keep(self, taken: list[bytes]) -> None:
        reading = self._reading
        node, projection = reading.filter, reading.projection
        if reading.is_count and node is None:
            self._count += len(taken)
            return
        kept = taken
        if node is not None:
            items = [text.load(row) for row in taken]
            chosen = [evaluate.holds(node, item) for item in items]
            kept = list(compress(taken, chosen))
            if projection is not None:
                kept = [text.dump(projection.of(item)) for item in compress(items, chosen)]
        elif projection is not None:
            kept = [text.dump(projection.of(text.load(row))) for row in taken]
        self._count += len(kept)
        if not reading.is_count:
            self._texts += kept

    def _take_and_fetch(
        self, connection: sqlite3.Connection, cursor: Iterable[tuple[int, bytes]], stop: int
    ) -> list[bytes]:
        """As `_take`, with the items from the table; what the filter drops is not fetched.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.Projections
        """
        node = self._reading.filter
        taken = []
        for row_size, row in cursor:
            taken.append(row)
            self._size += row_size
            part = text.load(row)
            if node is None or evaluate.holds(node, part):
                self._fetch(connection, part)
            if self._size + self._fetched >= stop:
                break
        return taken

    def _fetch(self, connection: sqlite3.Connection, part: Item) -> None:
        """Each item that is fetched costs as a read of its own.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ThroughputConsiderations.Reads
        """
        reading = self._reading
        table, projection = reading.table, reading.projection
        found = rows.find(connection, table.id, keys.row_key(table.keys, part))
        if found is None:
            # The table was deleted since the page began: it is emptied in the background, space by space.
            return
        self._fetched += found.size
        self._units += capacity.read_units(found.size, is_consistent=reading.is_consistent)
        self._count += 1
        if projection is None:
            self._texts.append(found.text)
        else:
            self._texts.append(text.dump(projection.of(text.load(found.text))))


def _key_item(table: Table, index: Index | None, item: Item) -> Item:
    key = keys.names_only(table.keys, item)
    return key if index is None else key | keys.names_only(index.keys, item)

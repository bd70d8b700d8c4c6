"""Fills an index that was added to a table with the items that were there before it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import change as items
from homeport.aws.dynamodb.store import progress, rows
from homeport.aws.dynamodb.tables.background import steps
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.values import text

CHUNK = 50
"""Items in one write: some milliseconds, so that requests wait no longer."""


def work_of(space: int) -> str:
    """The name under which the progress of an index is remembered."""
    return f"index {space}"


def start(dynamodb: DynamoDb, table: Table, index: Index) -> None:
    """Begins, or goes on, to fill an index. Writes of items keep it from the moment that the catalog shows it."""
    dynamodb.spawn(_run(dynamodb, table, index.space))


async def _run(dynamodb: DynamoDb, table: Table, space: int) -> None:
    what = f"An index of table {table.name}"
    await steps.run(dynamodb, what, lambda connection: _step(dynamodb, connection, table.id, space))
    await steps.conclude(
        dynamodb, what, table, lambda connection, current: _finish(connection, current, space)
    )


def _step(dynamodb: DynamoDb, connection: sqlite3.Connection, number: int, space: int) -> bool:
    """Adds a few items; answers whether there may be more."""
    table = dynamodb.tables.get(number)
    index = None if table is None else _of_space(table, space)
    if table is None or index is None:
        return False
    work = work_of(space)
    begin = progress.of(connection, work)
    page, is_more = rows.page(connection, number, begin, CHUNK, steps.SIZE)
    for _, stored in page:
        entry = items.entry(table, index, text.load(stored.text), stored)
        if entry is not None and rows.find(connection, space, entry[0]) is None:
            rows.replace(connection, space, entry[0], None, entry[1])
    if page:
        progress.set_(connection, work, page[-1][0])
    return is_more


def _of_space(table: Table, space: int) -> Index | None:
    return next((index for index in table.indexes if index.space == space), None)


def _finish(connection: sqlite3.Connection, table: Table, space: int) -> Table:
    progress.forget(connection, work_of(space))
    indexes = tuple(
        replace(index, status="ACTIVE", is_backfilling=False) if index.space == space else index
        for index in table.indexes
    )
    return replace(table, indexes=indexes)

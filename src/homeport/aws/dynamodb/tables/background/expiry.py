"""Deletes items whose time to live is over, within a second.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
"""

from __future__ import annotations

import calendar
import datetime
import math
import sqlite3

from homeport.aws.dynamodb import limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import change
from homeport.aws.dynamodb.store import expiries
from homeport.aws.dynamodb.tables.background import steps
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.tables.ttl_value import due

CHUNK = 50
"""Items in one write: some milliseconds, so that requests wait no longer."""


def start(dynamodb: DynamoDb) -> None:
    """Begins to look for expired items each second, while there is a table whose items expire."""
    dynamodb.spawn_once("expiry", lambda: _run(dynamodb))


async def _run(dynamodb: DynamoDb) -> None:
    while tables := _tables(dynamodb):
        second = math.floor(dynamodb.clock.now())
        for table in tables:
            await _expire(dynamodb, table, second)
        left = second + 1 - dynamodb.clock.now()
        if left > 0:
            await dynamodb.clock.sleep(left)


def _tables(dynamodb: DynamoDb) -> list[Table]:
    return [table for table in dynamodb.tables.all() if table.ttl is not None]


async def _expire(dynamodb: DynamoDb, table: Table, now: int) -> None:
    oldest = _years_before(now, limits.TTL_OLDEST_YEARS)
    with dynamodb.db.snapshot() as connection:
        found = expiries.due(connection, table.id, oldest, now, 1)
    if found:
        await steps.run(
            dynamodb,
            f"Expiry in table {table.name}",
            lambda connection: _step(dynamodb, connection, table.id, oldest, now),
        )


def _step(
    dynamodb: DynamoDb, connection: sqlite3.Connection, number: int, oldest: int, now: int
) -> bool:
    """Deletes a few items; answers whether there may be more."""
    table = dynamodb.tables.get(number)
    if table is None or table.ttl is None:
        return False
    found = expiries.due(connection, number, oldest, now, CHUNK)
    size = steps.SIZE
    for second, key in found:
        if size <= 0:
            return True
        before = change.read(connection, table, key)
        size -= 0 if before.stored is None else before.stored.size
        # A note of another attribute, under which items expired before, may still be there.
        if due(table.ttl, before.item) == second:
            change.write(connection, table, before, None, dynamodb.now_ms(), is_by_service=True)
        expiries.move(connection, number, key, second, None)
    return len(found) == CHUNK


def _years_before(now: int, years: int) -> int:
    """The same moment so many years ago; items that expired before it are left alone."""
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
    day = min(moment.day, calendar.monthrange(moment.year - years, moment.month)[1])
    return int(moment.replace(year=moment.year - years, day=day).timestamp())

"""Notes when the items expire that were in a table before its time to live was switched on, and forgets it when it is off."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import expiries, progress, rows
from homeport.aws.dynamodb.tables.background import steps
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.tables.ttl_value import due
from homeport.aws.dynamodb.values import text

CHUNK = 200
"""Items in one write: some milliseconds, so that requests wait no longer."""


def work_of(number: int) -> str:
    """The name under which the progress of a table is remembered."""
    return f"ttl {number}"


def start(dynamodb: DynamoDb, table: Table) -> None:
    """Begins, or goes on, to note expiries. Writes of items note their own."""
    dynamodb.spawn(_run(dynamodb, table))


async def _run(dynamodb: DynamoDb, table: Table) -> None:
    attribute = table.ttl
    what = f"Time to live of table {table.name}"
    await steps.run(
        dynamodb, what, lambda connection: _step(dynamodb, connection, table.id, attribute)
    )
    current = dynamodb.tables.get(table.id)
    if current is not None and current.ttl == attribute:
        await steps.conclude(dynamodb, what, table, _finish)


def _step(
    dynamodb: DynamoDb, connection: sqlite3.Connection, number: int, attribute: str | None
) -> bool:
    """Notes a few expiries; answers whether there may be more."""
    table = dynamodb.tables.get(number)
    if table is None or attribute is None or table.ttl != attribute:
        return False
    work = work_of(number)
    begin = progress.of(connection, work)
    page, is_more = rows.page(connection, number, begin, CHUNK, steps.SIZE)
    for key, stored in page:
        expiries.move(connection, number, key, None, due(attribute, text.load(stored.text)))
    if page:
        progress.set_(connection, work, page[-1][0])
    return is_more


def _finish(connection: sqlite3.Connection, table: Table) -> Table:
    progress.forget(connection, work_of(table.id))
    state = table.settings.get("TimeToLive") or {}
    if state.get("TimeToLiveStatus") != "ENABLING":
        return table
    enabled = {**state, "TimeToLiveStatus": "ENABLED"}
    return replace(table, settings={**table.settings, "TimeToLive": enabled})


def clear(dynamodb: DynamoDb, table: Table) -> None:
    """Begins, or goes on, to forget when items of a table expire."""
    dynamodb.spawn(
        steps.run(
            dynamodb,
            f"The end of time to live of table {table.name}",
            lambda connection: _forget(dynamodb, connection, table.id),
        )
    )


def _forget(dynamodb: DynamoDb, connection: sqlite3.Connection, number: int) -> bool:
    table = dynamodb.tables.get(number)
    if table is None or table.ttl is not None:
        return False
    return expiries.remove(connection, number, CHUNK) > 0

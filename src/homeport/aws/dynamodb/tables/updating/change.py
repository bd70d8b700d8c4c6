"""The one way to change what a table is."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.tables import names
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import AwsError, Call

T = TypeVar("T")

Work = Callable[[sqlite3.Connection, Table], Table]
"""Gets the table as it is, in the write that saves what it returns. What it raises undoes the change."""


def find(dynamodb: DynamoDb, call: Call, text: str) -> Table:
    """The table that an operation on a definition means. Raises ValidationException and ResourceNotFoundException."""
    name = names.own(call, text)
    table = dynamodb.tables.find(call.account, call.region, name)
    if table is None:
        raise not_found(name)
    return table


def not_found(name: str) -> AwsError:
    """https://github.com/architect/dynalite/blob/main/db/index.js"""
    return errors.TABLE_NOT_FOUND(f"Requested resource not found: Table: {name} not found")


async def change(dynamodb: DynamoDb, table: Table, work: Work) -> Table:
    """Changes a table, one change after the other, and shows it once that is durable.

    Raises ResourceNotFoundException where the table is gone by then. Goes on where the caller is cancelled: what is in the
    database is what the catalog shows.
    """
    return await uninterrupted(_change(dynamodb, table, work))


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """Waits for what is done to its end also where the caller is cancelled, who then hears of no refusal."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(_hear)
    return await asyncio.shield(task)


def _hear(task: asyncio.Task[Any]) -> None:
    """Nobody may be left who waits for it: asking for its exception keeps a refusal out of the log of our errors."""
    if not task.cancelled():
        task.exception()


async def _change(dynamodb: DynamoDb, table: Table, work: Work) -> Table:
    def save(connection: sqlite3.Connection) -> Table:
        current = dynamodb.tables.get(table.id)
        if current is None:
            raise not_found(table.name)
        changed = work(connection, current)
        if changed is not current:
            stored_tables.save(connection, changed)
        return changed

    async with dynamodb.tables.changing:
        changed = await dynamodb.db.write(save)
        dynamodb.tables.set(changed)
    return changed

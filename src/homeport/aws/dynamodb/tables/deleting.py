"""DeleteTable.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.backups.ondemand import deleted
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import progress, rows, streams
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.tables import describe
from homeport.aws.dynamodb.tables.background import backfill, sweeping, ttl_backfill
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.tables.updating import change
from homeport.aws.protocol.call import Call, Params

PROTECTED = (
    "Resource cannot be deleted as it is currently protected against deletion. "
    "Disable deletion protection first."
)
"""https://github.com/rebuy-de/aws-nuke/blob/main/resources/dynamodb-tables.go"""
NOT_TOLD = (
    "AttributeDefinitions",
    "CreationDateTime",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "WarmThroughput",
)
"""Members of a description that the answer lacks:
https://github.com/scylladb/scylladb/blob/master/test/alternator/test_table.py (test_delete_table_description)"""
INDEXES_CHANGE = "Cannot delete table while indexes are being created, updated, or deleted."
"""https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-150"""


async def delete_table(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """DeleteTable

    It answers DELETING; the name is free at once, the rows go in the background.
    """
    table = change.find(dynamodb, call, params["TableName"])
    check(table)
    described = describe.description(dynamodb, table, status="DELETING")
    for name in NOT_TOLD:
        described.pop(name, None)
    await delete(dynamodb, table, allowed=check)
    return {"TableDescription": described}


def check(table: Table) -> None:
    """Raises where a table cannot be deleted as it is."""
    if table.status == "CREATING":
        raise in_use(f"Table is being created: {table.name}")
    if table.settings.get("DeletionProtectionEnabled"):
        raise errors.VALIDATION(PROTECTED)
    if any(index.status != "ACTIVE" for index in table.indexes):
        raise in_use(INDEXES_CHANGE)


def in_use(text: str) -> Exception:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-444"""
    return errors.RESOURCE_IN_USE(f"{errors.RESOURCE_IN_USE.message}: {text}")


async def delete(
    dynamodb: DynamoDb, table: Table, *, allowed: Callable[[Table], None] | None = None
) -> None:
    """Takes a table away, and its rows in the background; `allowed` raises where it may not go as it is by then."""
    await change.uninterrupted(_delete(dynamodb, table, allowed))


async def _delete(
    dynamodb: DynamoDb, table: Table, allowed: Callable[[Table], None] | None
) -> None:
    def forget(connection: sqlite3.Connection) -> Table:
        current = dynamodb.tables.get(table.id)
        if current is None:
            raise change.not_found(table.name)
        if allowed is not None:
            allowed(current)
        _forget(connection, current, dynamodb.now_ms())
        return current

    async with dynamodb.tables.changing:
        gone = await dynamodb.db.write(forget)
        dynamodb.tables.remove(gone)
    deleted.start(dynamodb, gone)
    sweeping.start(dynamodb)


def _forget(connection: sqlite3.Connection, table: Table, now_ms: int) -> None:
    stored_tables.remove(connection, table)
    deleted.keep(connection, table, now_ms)
    if table.stream is not None:
        streams.close_stream(connection, table.stream, now_ms)
    progress.forget(connection, ttl_backfill.work_of(table.id))
    rows.drop_space(connection, table.id)
    for index in table.indexes:
        progress.forget(connection, backfill.work_of(index.space))
        rows.drop_space(connection, index.space)

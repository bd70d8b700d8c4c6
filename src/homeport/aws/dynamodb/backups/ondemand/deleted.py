"""What is left of a table with point-in-time recovery when it is deleted: a backup that AWS keeps for 35 days.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BackupDetails.html#DDB-Type-BackupDetails-BackupType
"""

from __future__ import annotations

import asyncio
import sqlite3

from homeport.aws.dynamodb.backups import arns, recovery
from homeport.aws.dynamodb.backups.ondemand import backup as backing
from homeport.aws.dynamodb.backups.ondemand import description
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import backups, rows
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.store.backups import CREATING, Backup
from homeport.aws.dynamodb.tables.background import sweeping
from homeport.aws.dynamodb.tables.model import Table

NAME = "$DeletedTableBackup"
NOBODY = "00000000"
"""The end of its ARN: https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/backup.md#ddb-backup-015"""
KEPT_MS = 35 * recovery.DAY_MS


def keep(connection: sqlite3.Connection, table: Table, now_ms: int) -> None:
    """Writes down, in the commit that deletes a table, that its rows are to be kept; until they are, nobody sweeps them."""
    if table.recovery is None:
        return
    items, size = rows.count(connection, table.id)
    details = {
        "Name": f"{table.name}{NAME}",
        "Size": size,
        "Source": description.source(table, items, size),
        "Features": {},
        "Table": stored_tables.definition(table),
    }
    backup = Backup(
        arns.make(table.arn, "backup", now_ms, NOBODY),
        table.account,
        table.region,
        table.id,
        table.name,
        "SYSTEM",
        CREATING,
        now_ms,
        now_ms + KEPT_MS,
        "",
        details,
    )
    backups.save(connection, backup)


def start(dynamodb: DynamoDb, table: Table) -> None:
    """Makes the backup of a table that was deleted, where there is to be one."""
    if table.recovery is not None:
        dynamodb.spawn(_make(dynamodb, table.id))


async def _make(dynamodb: DynamoDb, number: int) -> None:
    with dynamodb.db.snapshot() as connection:
        waiting = [each for each in backups.creating(connection) if each.table_id == number]
    for each in waiting:
        if each.type == "SYSTEM":
            await make(dynamodb, each)


async def make(dynamodb: DynamoDb, backup: Backup) -> None:
    """Reads the items of a backup of any kind into a file; rows that waited for it are swept then."""
    await backing.make(dynamodb, backup, asyncio.Event())
    sweeping.start(dynamodb)

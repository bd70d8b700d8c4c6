"""CreateBackup, DescribeBackup, ListBackups, DeleteBackup.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backuprestore_HowItWorks.html
"""

from __future__ import annotations

import asyncio
import functools
import logging
import sqlite3
from collections.abc import Iterator

from homeport import errors as trouble
from homeport.aws.dynamodb.backups import arns, errors, files, lookup, state, times
from homeport.aws.dynamodb.backups.ondemand import description
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import backups, jobs, rows
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.store.backups import AVAILABLE, CREATING, Backup
from homeport.aws.dynamodb.tables import names
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import Call, Params

logger = logging.getLogger(__name__)

LISTED = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html"""
_TYPES = {"USER": ("USER", ""), "SYSTEM": ("SYSTEM", ""), "ALL": ("USER", "SYSTEM")}
_FOREVER = 2**62


async def create_backup(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """Begins a backup; it holds the table as of one commit, while writes go on."""
    table = lookup.by_name(dynamodb, call, params["TableName"])
    backup = draft(dynamodb, table, params["BackupName"], "USER")
    await dynamodb.db.write(lambda connection: backups.save(connection, backup))
    begun = asyncio.Event()
    dynamodb.spawn(make(dynamodb, backup, begun))
    # What is written, or deleted with its table, after the answer is not in the backup.
    await begun.wait()
    return {"BackupDetails": description.details(backup)}


def draft(dynamodb: DynamoDb, table: Table, name: str, kind: str) -> Backup:
    """A backup of which no item is read yet."""
    now_ms = dynamodb.now_ms()
    with dynamodb.db.snapshot() as connection:
        items, size = rows.count(connection, table.id)
    details = {
        "Name": name,
        "Size": size,
        "Source": description.source(table, items, size),
        "Features": description.features(table),
        "Table": stored_tables.definition(table),
    }
    arn = arns.make(table.arn, "backup", now_ms, dynamodb.ids())
    owner = table.account, table.region
    return Backup(arn, *owner, table.id, table.name, kind, CREATING, now_ms, None, "", details)


async def make(dynamodb: DynamoDb, backup: Backup, begun: asyncio.Event) -> None:
    """Reads the items of a backup into a file; a backup whose table went away before that is forgotten."""
    lines = functools.partial(_items, table_id=backup.table_id)
    try:
        written = await files.write(dynamodb, lines, begun=begun)
    except (lookup.Gone, trouble.StorageError) as why:
        logger.warning("The backup %s could not be made: %s", backup.arn, why)
        await dynamodb.db.write(lambda connection: backups.remove(connection, backup.arn))
        return
    finally:
        begun.set()
    whole = backup._replace(status=AVAILABLE, file=written.name)
    await dynamodb.db.write(lambda connection: backups.save(connection, whole))


def _items(connection: sqlite3.Connection, table_id: int) -> Iterator[bytes]:
    if not backups.has_rows(connection, table_id):
        raise lookup.Gone
    yield from state.now(connection, table_id)


def describe_backup(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """What is known of a backup."""
    arn = arns.check(call, params["BackupArn"], "backup")
    with dynamodb.db.snapshot() as connection:
        backup = find(connection, call, arn)
    return {"BackupDescription": description.description(backup)}


def find(connection: sqlite3.Connection, call: Call, arn: str) -> Backup:
    """A backup of the caller's region. Raises BackupNotFoundException."""
    backup = backups.find(connection, arn)
    if backup is None or backup.region != call.region:
        raise errors.BACKUP_NOT_FOUND(f"Backup not found: {arn}")
    return backup


def list_backups(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """A page of backups, in the order of their ARNs; AWS_BACKUP makes none here."""
    kinds = _TYPES.get(params.get("BackupType", "USER"))
    limit: int = params.get("Limit", LISTED)
    wanted = _filter(call, params, kinds or ("", ""))
    after = _cursor(call, params)
    with dynamodb.db.snapshot() as connection:
        found = backups.page(connection, wanted, after, limit + 1) if kinds else []
    answer: Params = {"BackupSummaries": [description.summary(each) for each in found[:limit]]}
    if len(found) > limit:
        answer["LastEvaluatedBackupArn"] = found[limit - 1].arn
    return answer


def _filter(call: Call, params: Params, kinds: tuple[str, str]) -> backups.Filter:
    name = params.get("TableName")
    if name is not None:
        _, _, name = names.resolve(call, name, least=names.SHORTEST)
    from_ms = _milliseconds(params.get("TimeRangeLowerBound"), 0)
    to_ms = _milliseconds(params.get("TimeRangeUpperBound"), _FOREVER)
    if from_ms > to_ms:
        # https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/backup.md#ddb-backup-014
        raise errors.validation(
            "One or more parameter values were invalid: "
            "Time range lower bound must be less than or equal to upper bound"
        )
    return backups.Filter(call.account, call.region, name, from_ms, to_ms, kinds)


def _milliseconds(seconds: float | None, default: int) -> int:
    return default if seconds is None else min(round(seconds * 1000), _FOREVER)


def _cursor(call: Call, params: Params) -> str:
    """Where the page begins; the backup need not exist any more (ddb-backup-014)."""
    if "ExclusiveStartBackupArn" not in params:
        return ""
    arn = arns.check(call, params["ExclusiveStartBackupArn"], "backup")
    if arns.region_of(arn) != call.region:
        raise errors.invalid("The supplied ExclusiveStartBackupArn does not match the region")
    return arn


async def delete_backup(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """Forgets a backup and its file."""
    arn = arns.check(call, params["BackupArn"], "backup")

    def work(connection: sqlite3.Connection) -> Backup:
        backup = find(connection, call, arn)
        _check_removable(connection, backup)
        backups.remove(connection, arn)
        return backup

    backup = await dynamodb.db.write(work)
    await dynamodb.content.delete([backup.file])
    return {"BackupDescription": description.description(backup, "DELETED")}


def _check_removable(connection: sqlite3.Connection, backup: Backup) -> None:
    if backup.type == "SYSTEM" and backup.expires_ms is not None:
        # https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/backup.md#ddb-backup-015
        raise errors.invalid(
            f"User is not allowed to delete the system backup with arn {backup.arn}. "
            f"It will automatically expire on {times.iso(backup.expires_ms / 1000)}"
        )
    if backup.status == CREATING:
        raise errors.BACKUP_IN_USE()
    if jobs.uses(connection, backup.file):
        raise errors.BACKUP_IN_USE(f"Backup is being used to restore table: {backup.arn}")

"""RestoreTableFromBackup and RestoreTableToPointInTime: a new table that is CREATING until all its items are there.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Restore.Tutorial.html
"""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3

from homeport.aws.dynamodb.backups import arns, errors, lookup, recovery, times
from homeport.aws.dynamodb.backups.jobs import limits
from homeport.aws.dynamodb.backups.restores import loading, overrides
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import backups, jobs, rows
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.store.backups import AVAILABLE, Backup
from homeport.aws.dynamodb.store.jobs import Job
from homeport.aws.dynamodb.tables import describe
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import Call, Params


async def restore_table_from_backup(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """Makes a table of the items and the definition of a backup."""
    arn = arns.check(call, params["BackupArn"], "backup")
    _check_region(call, params, arn)
    with dynamodb.db.snapshot() as connection:
        kept = _find(connection, arn)
    source = stored_tables.read(kept.details["Table"])
    summary = {
        "SourceBackupArn": arn,
        "SourceTableArn": source.arn,
        "RestoreDateTime": kept.created_ms / 1000,
        "RestoreInProgress": True,
    }
    draft = _draft(dynamodb, call, params, source, summary)

    def work(connection: sqlite3.Connection) -> tuple[Table, Job]:
        _check_free(connection, dynamodb, draft)
        now = _find(connection, arn)
        if now.status != AVAILABLE:
            raise errors.BACKUP_IN_USE()
        if jobs.uses(connection, now.file):
            raise errors.BACKUP_IN_USE(f"Backup is being used to restore another table: {arn}")
        table = _save(connection, draft)
        return table, _job(connection, table, now.file, {"backup": arn})

    async with dynamodb.tables.changing:
        table, job = await dynamodb.db.write(work)
        dynamodb.tables.set(table)
    dynamodb.spawn(loading.run(dynamodb, job))
    return _answer(dynamodb, table)


def _find(connection: sqlite3.Connection, arn: str) -> Backup:
    found = backups.find(connection, arn)
    if found is None:
        raise errors.BACKUP_NOT_FOUND(f"Backup not found: {arn}")
    return found


def _check_region(call: Call, params: Params, arn: str) -> None:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-restore.md#ddb-table-274"""
    if arns.region_of(arn) != call.region and not params.get("SSESpecificationOverride"):
        raise errors.invalid("sseSpecificationOverride must be provided for cross-region restores")


async def restore_table_to_point_in_time(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """Makes a table of the items that another held at a time, with its present definition.

    The order of the checks: https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-restore.md#ddb-table-100
    """
    _check_time_form(params)
    source = _source(dynamodb, call, params)
    time_ms = _time(source, params, dynamodb.now_ms())
    summary = {
        "SourceTableArn": source.arn,
        "RestoreDateTime": time_ms / 1000,
        "RestoreInProgress": True,
    }
    draft = _draft(dynamodb, call, params, source, summary)

    def work(connection: sqlite3.Connection) -> tuple[Table, Job]:
        _check_free(connection, dynamodb, draft)
        table = _save(connection, draft)
        return table, _job(connection, table, "", {"source": source.id, "time_ms": time_ms})

    async with dynamodb.tables.changing:
        table, job = await dynamodb.db.write(work)
        dynamodb.tables.set(table)
    begun = asyncio.Event()
    dynamodb.spawn(loading.run(dynamodb, job, begun))
    await begun.wait()
    return _answer(dynamodb, table)


def _check_time_form(params: Params) -> None:
    is_latest = params.get("UseLatestRestorableTime", False)
    if is_latest and "RestoreDateTime" in params:
        raise errors.invalid(
            "Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore "
            "request. Please specify either RestoreDateTime time or UseLatestRestorableTime"
        )
    if not is_latest and "RestoreDateTime" not in params:
        raise errors.invalid(
            "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
        )


def _source(dynamodb: DynamoDb, call: Call, params: Params) -> Table:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-restore.md#ddb-table-272"""
    name, arn = params.get("SourceTableName"), params.get("SourceTableArn")
    if name is not None and arn is not None:
        raise errors.invalid("Must provide exactly one of: sourceTableArn, sourceTableName")
    if arn is None:
        if name is None:
            raise errors.validation(
                "The parameter 'TableName' is required but was not present in the request"
            )
        return lookup.found(dynamodb, call.account, call.region, name, name)
    named = arns.table_of(arn)
    if named is None:
        raise errors.validation(
            "One or more parameter values were invalid: sourceTableArn is not a valid ARN"
        )
    if named[0] != call.account:
        raise errors.validation(
            "This action is only supported by accounts that match the resource owner\u2019s account."
        )
    _check_region(call, params, arn)
    return lookup.found(dynamodb, *named, named[2])


def _time(source: Table, params: Params, now_ms: int) -> int:
    """The time in milliseconds; seconds are what AWS counts in, so the second of the first change that is known counts too."""
    kept = recovery.required(source)
    if "RestoreDateTime" not in params:
        return now_ms
    wanted: float = params["RestoreDateTime"]
    earliest_ms = recovery.earliest_ms(kept, now_ms)
    if not earliest_ms // 1000 <= wanted <= now_ms / 1000:
        raise errors.INVALID_RESTORE_TIME(
            f"RestoreDateTime '{times.iso(wanted)}' must be within EarliestRestorableDateTime "
            f"'{times.iso(earliest_ms // 1000)}' and LatestRestorableDateTime '{times.iso(now_ms // 1000)}'"
        )
    return max(round(wanted * 1000), earliest_ms)


def _draft(dynamodb: DynamoDb, call: Call, params: Params, source: Table, summary: Params) -> Table:
    """The table to be, without numbers in the store."""
    now_ms = dynamodb.now_ms()
    restored = overrides.apply(call, source, params, now_ms / 1000)
    return Table(
        id=0,
        account=call.account,
        region=call.region,
        name=params["TargetTableName"],
        uuid=dynamodb.ids(),
        created_ms=now_ms,
        keys=source.keys,
        types=restored.types,
        indexes=restored.indexes,
        status="CREATING",
        settings={**restored.settings, "RestoreSummary": summary},
    )


def _check_free(connection: sqlite3.Connection, dynamodb: DynamoDb, draft: Table) -> None:
    limits.check(connection, loading.KIND, draft.account)
    if not backups.has_table(connection, draft.account, draft.region, draft.name):
        return
    there = dynamodb.tables.find(draft.account, draft.region, draft.name)
    restoring = {} if there is None else there.settings.get("RestoreSummary", {})
    if restoring.get("SourceBackupArn"):
        raise errors.TABLE_IN_USE(
            f"Table: {draft.name} is already being restored from backup: "
            f"{restoring['SourceBackupArn']}"
        )
    raise errors.TABLE_EXISTS(f"Table already exists: {draft.name}")


def _save(connection: sqlite3.Connection, draft: Table) -> Table:
    indexes = tuple(
        dataclasses.replace(index, space=rows.make_space(connection)) for index in draft.indexes
    )
    table = dataclasses.replace(draft, id=rows.make_space(connection), indexes=indexes)
    stored_tables.save(connection, table)
    return table


def _job(connection: sqlite3.Connection, table: Table, file: str, details: Params) -> Job:
    job = Job(
        f"{table.arn}/restore/{table.uuid}",
        loading.KIND,
        table.account,
        table.region,
        table.arn,
        "",
        table.created_ms,
        None,
        file,
        {"lines": 0},
        {"table": table.id, **details},
    )
    jobs.save(connection, job)
    return job


def _answer(dynamodb: DynamoDb, table: Table) -> Params:
    return {"TableDescription": describe.description(dynamodb, table)}

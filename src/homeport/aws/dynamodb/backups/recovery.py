"""UpdateContinuousBackups, DescribeContinuousBackups, and how long the history is kept.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
"""

from __future__ import annotations

import dataclasses
import functools
import sqlite3

from homeport.aws.dynamodb.backups import errors, lookup
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import backups, history, jobs
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.tables.model import Recovery, Table
from homeport.aws.protocol.call import Call, Params

DAYS = 35
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html"""
DAY_MS = 24 * 3600 * 1000
JOBS_KEPT_MS = 90 * DAY_MS
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListExports.html"""
SLACK_MS = 3600 * 1000
"""How much longer changes are kept than they are promised, so that what was admitted can still be read."""
TRIM_EVERY_S = 600.0
TRIM_STEP = 1000
"""Changes that are removed in one write."""


async def update_continuous_backups(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """Switches the recovery on or off, or changes how far it reaches back."""
    number = lookup.by_name(dynamodb, call, params["TableName"]).id
    given = params["PointInTimeRecoverySpecification"]
    is_on, days = given["PointInTimeRecoveryEnabled"], given.get("RecoveryPeriodInDays")
    if not is_on and days is not None:
        # https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-442
        raise errors.invalid(
            "Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
        )
    now_ms = dynamodb.now_ms()

    def work(connection: sqlite3.Connection) -> Table:
        table = stored_tables.find(connection, number)
        if table is None:
            raise errors.TABLE_NOT_FOUND(f"Table not found: {params['TableName']}")
        changed = dataclasses.replace(
            table, recovery=_changed(table.recovery, is_on=is_on, days=days, now_ms=now_ms)
        )
        stored_tables.save(connection, changed)
        return changed

    async with dynamodb.tables.changing:
        table = await dynamodb.db.write(work)
        dynamodb.tables.set(table)
    dynamodb.spawn(trim(dynamodb, table.id))
    return {"ContinuousBackupsDescription": _description(dynamodb, table)}


def _changed(
    recovery: Recovery | None, *, is_on: bool, days: int | None, now_ms: int
) -> Recovery | None:
    if not is_on:
        return None
    since_ms = now_ms if recovery is None else recovery.since_ms
    return Recovery(since_ms, days or DAYS)


def describe_continuous_backups(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """Whether the recovery is on, and which times a table can be restored to."""
    table = lookup.by_name(dynamodb, call, params["TableName"])
    return {"ContinuousBackupsDescription": _description(dynamodb, table)}


def _description(dynamodb: DynamoDb, table: Table) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ContinuousBackupsDescription.html"""
    recovery = table.recovery
    if recovery is None:
        state: Params = {"PointInTimeRecoveryStatus": "DISABLED"}
    else:
        now_ms = dynamodb.now_ms()
        state = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": recovery.days,
            "EarliestRestorableDateTime": earliest_ms(recovery, now_ms) / 1000,
            "LatestRestorableDateTime": now_ms / 1000,
        }
    return {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": state}


def required(table: Table) -> Recovery:
    """The recovery of a table that must have one. Raises PointInTimeRecoveryUnavailableException."""
    if table.recovery is None:
        raise errors.RECOVERY_OFF(f"Point in time recovery is not enabled for table '{table.name}'")
    return table.recovery


def earliest_ms(recovery: Recovery, now_ms: int) -> int:
    """The first time that a table can be restored to. The last is now: every commit is kept at once."""
    return max(recovery.since_ms, now_ms - recovery.days * DAY_MS)


def check_readable(table: Table, time_ms: int, now_ms: int) -> None:
    """Raises `Gone` where the table's history does not reach back to a time, or not any more."""
    recovery = table.recovery
    if recovery is None or time_ms < max(recovery.since_ms, _kept_ms(recovery, now_ms)):
        raise lookup.Gone


def _kept_ms(recovery: Recovery, now_ms: int) -> int:
    return now_ms - recovery.days * DAY_MS - SLACK_MS


async def keep(dynamodb: DynamoDb) -> None:
    """Removes what is too old, for as long as the service runs."""
    while True:
        await _trim_all(dynamodb)
        await _expire(dynamodb)
        await _forget_jobs(dynamodb)
        await dynamodb.clock.sleep(TRIM_EVERY_S)


async def _trim_all(dynamodb: DynamoDb) -> None:
    space: int | None = -1
    while space is not None:
        with dynamodb.db.snapshot() as connection:
            space = history.next_space(connection, space)
        if space is not None:
            await trim(dynamodb, space)


async def trim(dynamodb: DynamoDb, space: int) -> None:
    """Removes the changes of a table that nothing can be restored from any more: all, where its recovery is off."""
    while await dynamodb.db.write(functools.partial(_trim_step, dynamodb, space)) == TRIM_STEP:
        pass


def _trim_step(dynamodb: DynamoDb, space: int, connection: sqlite3.Connection) -> int:
    now_ms = dynamodb.now_ms()
    table = stored_tables.find(connection, space)
    before_ms = now_ms + DAY_MS
    if table is not None and table.recovery is not None:
        before_ms = max(table.recovery.since_ms, _kept_ms(table.recovery, now_ms))
    return history.forget(connection, space, before_ms, TRIM_STEP)


async def _forget_jobs(dynamodb: DynamoDb) -> None:
    """Forgets exports and imports that are not listed any more."""
    before_ms = dynamodb.now_ms() - JOBS_KEPT_MS
    await dynamodb.db.write(lambda connection: jobs.forget(connection, before_ms))


async def _expire(dynamodb: DynamoDb) -> None:
    """Forgets backups whose time is over: those that AWS makes when a table is deleted."""
    now_ms = dynamodb.now_ms()
    while True:
        with dynamodb.db.snapshot() as connection:
            over = backups.expired(connection, now_ms, TRIM_STEP)
        if not over:
            return
        await dynamodb.db.write(
            functools.partial(backups.remove_all, arns=[each.arn for each in over])
        )
        await dynamodb.content.delete([each.file for each in over])

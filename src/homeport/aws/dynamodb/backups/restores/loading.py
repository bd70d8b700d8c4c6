"""Carries a restore out: from a file of items into a table that is CREATING, in steps that a restart goes on from."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import logging
import sqlite3
from collections.abc import Iterator

from homeport import errors as trouble
from homeport.aws.dynamodb.backups import files, lookup, recovery, state
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import change
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.items.change import After
from homeport.aws.dynamodb.store import jobs
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.store.jobs import Job
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables import deleting
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import text

logger = logging.getLogger(__name__)

KIND = "RESTORE"
RETRY_S = 60.0
"""Pause before a restore that found the disk full goes on."""

Prepared = tuple[Key, After]


async def run(dynamodb: DynamoDb, job: Job, begun: asyncio.Event | None = None) -> None:
    """Carries a restore to its end: the table is ACTIVE, or gone where its items cannot be had."""
    try:
        while True:
            try:
                await _restore(dynamodb, job, begun)
                return
            except trouble.StorageFull as why:
                logger.warning("The restore of %s waits: %s", job.table_arn, why)
            if begun is not None:
                begun.set()
            await dynamodb.clock.sleep(RETRY_S)
            with dynamodb.db.snapshot() as connection:
                job = jobs.find(connection, job.arn) or job
    except (lookup.Gone, trouble.StorageError) as why:
        logger.warning("The table %s could not be restored: %s", job.table_arn, why)
        await _give_up(dynamodb, job)
    except Exception:
        logger.exception("The table %s could not be restored", job.table_arn)
        await _give_up(dynamodb, job)
    finally:
        if begun is not None:
            begun.set()


async def _restore(dynamodb: DynamoDb, job: Job, begun: asyncio.Event | None) -> None:
    if not job.file:
        job = await _capture(dynamodb, job, begun)
    table = dynamodb.tables.get(job.details["table"])
    if table is None:
        raise lookup.Gone
    done = job.position["lines"]
    path = dynamodb.content.path(job.file)
    convert = functools.partial(_prepare, table)
    async for batch in files.batches(path, done, convert):
        done += len(batch)
        await dynamodb.db.write(functools.partial(_put, dynamodb, job, batch, done))
    await _finish(dynamodb, job)


async def _capture(dynamodb: DynamoDb, job: Job, begun: asyncio.Event | None) -> Job:
    """Writes down the table as it was, once, so that neither its deletion nor a restart changes what is restored."""
    number, time_ms = job.details["source"], job.details["time_ms"]
    lines = functools.partial(_items_at, number=number, time_ms=time_ms, now_ms=dynamodb.now_ms())
    written = await files.write(dynamodb, lines, begun=begun)
    job = job._replace(file=written.name)
    await dynamodb.db.write(lambda connection: jobs.save(connection, job))
    return job


def _items_at(
    connection: sqlite3.Connection, number: int, time_ms: int, now_ms: int
) -> Iterator[bytes]:
    table = lookup.still_there(connection, number)
    recovery.check_readable(table, time_ms, now_ms)
    yield from state.at(connection, table.id, time_ms)


def _prepare(table: Table, line: bytes) -> Prepared:
    item = text.load(line)
    return keys.row_key(table.keys, item), After(item)


def _put(
    dynamodb: DynamoDb, job: Job, batch: list[Prepared], done: int, connection: sqlite3.Connection
) -> None:
    table = dynamodb.tables.get(job.details["table"])
    if table is None:
        raise lookup.Gone
    now_ms = dynamodb.now_ms()
    for key, after in batch:
        change.write(connection, table, change.read(connection, table, key), after, now_ms)
    jobs.move(connection, job.arn, {"lines": done})


async def _finish(dynamodb: DynamoDb, job: Job) -> None:
    def work(connection: sqlite3.Connection) -> Table | None:
        jobs.remove(connection, job.arn)
        table = stored_tables.find(connection, job.details["table"])
        if table is None:
            return None
        # https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-restore.md#ddb-table-216
        settings = {key: value for key, value in table.settings.items() if key != "RestoreSummary"}
        ready = dataclasses.replace(table, status="ACTIVE", settings=settings)
        stored_tables.save(connection, ready)
        return ready

    async with dynamodb.tables.changing:
        table = await dynamodb.db.write(work)
        if table is not None:
            dynamodb.tables.set(table)
    await _delete_own_file(dynamodb, job)


async def _give_up(dynamodb: DynamoDb, job: Job) -> None:
    with dynamodb.db.snapshot() as connection:
        job = jobs.find(connection, job.arn) or job
    table = dynamodb.tables.get(job.details["table"])
    if table is not None:
        await deleting.delete(dynamodb, table)
    await dynamodb.db.write(lambda connection: jobs.remove(connection, job.arn))
    await _delete_own_file(dynamodb, job)


async def _delete_own_file(dynamodb: DynamoDb, job: Job) -> None:
    if "time_ms" in job.details and job.file:
        await dynamodb.content.delete([job.file])


def resume(dynamodb: DynamoDb) -> None:
    """Goes on with the restores that an earlier process left unfinished."""
    with dynamodb.db.snapshot() as connection:
        unfinished = jobs.running(connection, KIND)
    for job in unfinished:
        dynamodb.spawn(run(dynamodb, job))

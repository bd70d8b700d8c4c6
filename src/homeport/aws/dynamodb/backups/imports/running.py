"""Carries an import out: object after object of a bucket into a table that is CREATING until the end.

How far it came is written down with every batch, so that a restart goes on from there. What counts as an error, and what the end
is then: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html
"""

from __future__ import annotations

import dataclasses
import functools
import logging
import sqlite3
from collections.abc import AsyncIterator
from typing import NamedTuple

from homeport import errors as trouble
from homeport.aws.dynamodb.backups import errors, lookup
from homeport.aws.dynamodb.backups.imports import reading, records
from homeport.aws.dynamodb.backups.imports.reading import Batch
from homeport.aws.dynamodb.backups.jobs import failures
from homeport.aws.dynamodb.backups.objects import Objects, Place
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import change
from homeport.aws.dynamodb.store import jobs
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.store.jobs import Job
from homeport.aws.dynamodb.tables import deleting
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import AwsError, Params

logger = logging.getLogger(__name__)

KIND = "IMPORT"
MARK = "ImportArn"
"""The setting that a table has while it is imported."""
TOLD = 10
"""Refused items that the log tells of, for each import."""
INVALID_ITEMS = {
    "FailureCode": "ItemValidationError",
    "FailureMessage": (
        "Some of the items failed validation checks and were not imported. "
        "Please check CloudWatch error logs for more details."
    ),
}


class Progress(NamedTuple):
    """How far an import came."""

    done: str = ""
    """The key of the last object that was read to its end."""
    key: str = ""
    """The object that is being read."""
    records: int = 0
    """How many of its records are done."""
    processed: int = 0
    imported: int = 0
    errors: int = 0
    size: int = 0

    def after(self, key: str, batch: Batch) -> Progress:
        """With a batch of an object's records."""
        count = len(batch.records)
        imported = sum(record.after is not None for record in batch.records)
        return self._replace(
            key=key,
            records=(self.records if key == self.key else 0) + count,
            processed=self.processed + count,
            imported=self.imported + imported,
            errors=self.errors + count - imported,
            size=self.size + batch.size,
        )


def described(job: Job) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTableDescription.html

    Counters do not move before the end, on AWS neither: https://github.com/scylladb/scylladb/blob/master/test/alternator/test_import.py
    """
    outcome: Params = job.details.get(
        "Outcome",
        {
            "ImportStatus": "IN_PROGRESS",
            "ProcessedItemCount": 0,
            "ImportedItemCount": 0,
            "ErrorCount": 0,
        },
    )
    return {**job.details["Description"], **outcome}


async def run(dynamodb: DynamoDb, job: Job) -> None:
    """Carries an import to its end: COMPLETED, or FAILED with the reason."""
    work = _Import(dynamodb, job)
    failure: Params = {}
    try:
        await work.read_all()
    except AwsError as wrong:
        failure = failures.of_s3(wrong, dynamodb.ids())
    except (lookup.Gone, trouble.StorageError) as why:
        logger.warning("The import %s failed: %s", job.arn, why)
        failure = failures.other(why)
    except Exception as wrong:
        logger.exception("The import %s failed", job.arn)
        failure = failures.other(repr(wrong))
    await work.end(failure)


class _Import:
    def __init__(self, dynamodb: DynamoDb, job: Job) -> None:
        self._dynamodb = dynamodb
        self._job = job
        self._number: int = job.details["Table"]
        self._progress = Progress(**job.position)
        said = job.details["Description"]
        source = said["S3BucketSource"]
        self._prefix = source.get("S3KeyPrefix", "")
        self._place = Place(job.account, job.region, source["S3Bucket"], source["S3BucketOwner"])
        self._format = said["InputFormat"]
        self._options = said.get("InputFormatOptions", {}).get("Csv", {})
        self._compressed = said["InputCompressionType"]

    async def read_all(self) -> None:
        """Reads all objects below the prefix, in the order of their keys."""
        objects = self._dynamodb.objects
        if objects is None or not objects.runs():
            raise errors.without_s3("ImportTable")
        async for key, _ in objects.find(self._place, self._prefix):
            if key > self._progress.done:
                await self._read(objects, key)

    async def _read(self, objects: Objects, key: str) -> None:
        table = self._dynamodb.tables.get(self._number)
        if table is None:
            raise lookup.Gone
        form = self._form(table)
        skipped = self._progress.records if key == self._progress.key else 0
        pieces = objects.read(self._place, key)
        try:
            async for batch in _after(
                reading.batches(pieces, self._compressed, form, table), skipped
            ):
                self._tell(key, batch)
                await self._write(self._progress.after(key, batch), batch)
        finally:
            await _close(pieces)
        await self._write(self._progress._replace(done=key, key="", records=0), Batch([], 0))

    def _form(self, table: Table) -> records.Format:
        if self._format == "CSV":
            return records.Csv(table.types, self._options)
        return records.JsonLines()

    def _tell(self, key: str, batch: Batch) -> None:
        refused = [record.reason for record in batch.records if record.after is None]
        for reason in refused[: max(0, TOLD - self._progress.errors)]:
            logger.info(
                "The import %s passes over an item of s3://%s/%s: %s",
                self._job.arn,
                self._place.bucket,
                key,
                reason,
            )

    async def _write(self, progress: Progress, batch: Batch) -> None:
        work = functools.partial(self._put, progress, batch)
        await self._dynamodb.db.write(work)
        self._progress = progress

    def _put(self, progress: Progress, batch: Batch, connection: sqlite3.Connection) -> None:
        table = self._dynamodb.tables.get(self._number)
        if table is None:
            raise lookup.Gone
        now_ms = self._dynamodb.now_ms()
        for key, after, _ in batch.records:
            if key is not None:
                before = change.read(connection, table, key)
                change.write(connection, table, before, after, now_ms)
        jobs.move(connection, self._job.arn, progress._asdict())

    async def end(self, failure: Params) -> None:
        """Makes the table ACTIVE with what it has; where nothing could be read at all, there is none."""
        dynamodb, progress = self._dynamodb, self._progress
        table = dynamodb.tables.get(self._number)
        if failure and not progress.processed and table is not None:
            await deleting.delete(dynamodb, table)
        ended = self._ended(failure)

        def work(connection: sqlite3.Connection) -> Table | None:
            jobs.save(connection, ended)
            return _ready(connection, self._number)

        async with dynamodb.tables.changing:
            ready = await dynamodb.db.write(work)
            if ready is not None:
                dynamodb.tables.set(ready)

    def _ended(self, failure: Params) -> Job:
        now_ms, progress = self._dynamodb.now_ms(), self._progress
        why = failure or (INVALID_ITEMS if progress.errors else {})
        outcome = {
            "ImportStatus": "FAILED" if why else "COMPLETED",
            "EndTime": now_ms / 1000,
            "ProcessedSizeBytes": progress.size,
            "ProcessedItemCount": progress.processed,
            "ImportedItemCount": progress.imported,
            "ErrorCount": progress.errors,
            **why,
        }
        details = {**self._job.details, "Outcome": outcome}
        return self._job._replace(ended_ms=now_ms, position=progress._asdict(), details=details)


def _ready(connection: sqlite3.Connection, number: int) -> Table | None:
    table = stored_tables.find(connection, number)
    if table is None:
        return None
    settings = {name: value for name, value in table.settings.items() if name != MARK}
    ready = dataclasses.replace(table, status="ACTIVE", settings=settings)
    stored_tables.save(connection, ready)
    return ready


async def _after(batches: AsyncIterator[Batch], skipped: int) -> AsyncIterator[Batch]:
    """Without the first records, which were done before."""
    async for batch in batches:
        passed = min(skipped, len(batch.records))
        skipped -= passed
        if not passed:
            yield batch
        elif passed < len(batch.records):
            yield Batch(batch.records[passed:], batch.size)


async def _close(pieces: AsyncIterator[bytes]) -> None:
    """Lets go of an object that was not read to its end."""
    close = getattr(pieces, "aclose", None)
    if close is not None:
        await close()


def resume(dynamodb: DynamoDb) -> None:
    """Goes on with the imports that an earlier process left unfinished, and removes tables that were made for none."""
    with dynamodb.db.snapshot() as connection:
        unfinished = jobs.running(connection, KIND)
    for job in unfinished:
        dynamodb.spawn(run(dynamodb, job))
    known = {job.arn for job in unfinished}
    for table in dynamodb.tables.all():
        if table.settings.get(MARK, table.arn) not in known | {table.arn}:
            dynamodb.spawn(deleting.delete(dynamodb, table))

"""Carries an export out: the items into a file, the file and its manifests to S3. A restart begins where it stopped.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator

from homeport import errors as trouble
from homeport.aws.dynamodb.backups import errors, files, lookup, recovery, state
from homeport.aws.dynamodb.backups.exports import manifest
from homeport.aws.dynamodb.backups.exports.filtering import Filter
from homeport.aws.dynamodb.backups.exports.manifest import Data
from homeport.aws.dynamodb.backups.jobs import failures
from homeport.aws.dynamodb.backups.objects import AS_BUCKET, Encryption, Objects, Place
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.store import jobs, rows
from homeport.aws.dynamodb.store.jobs import Job
from homeport.aws.dynamodb.tables.model import KeySchema, Table
from homeport.aws.dynamodb.values import text
from homeport.aws.protocol.call import AwsError, Params

logger = logging.getLogger(__name__)

KIND = "EXPORT"
FOLDER = "AWSDynamoDB"


def described(job: Job) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportDescription.html"""
    outcome: Params = job.details.get("Outcome", {"ExportStatus": "IN_PROGRESS"})
    return {**job.details["Description"], **outcome}


async def run(dynamodb: DynamoDb, job: Job, begun: asyncio.Event | None = None) -> None:
    """Carries an export to its end: COMPLETED, or FAILED with the reason."""
    try:
        if not job.file:
            job = await _capture(dynamodb, job, begun)
        outcome = await _upload(dynamodb, job)
    except AwsError as wrong:
        outcome = {"ExportStatus": "FAILED", **failures.of_s3(wrong, dynamodb.ids())}
    except (lookup.Gone, trouble.StorageError) as why:
        logger.warning("The export %s failed: %s", job.arn, why)
        outcome = {"ExportStatus": "FAILED", **failures.other(why)}
    except Exception as wrong:
        logger.exception("The export %s failed", job.arn)
        outcome = {"ExportStatus": "FAILED", **failures.other(repr(wrong))}
    finally:
        if begun is not None:
            begun.set()
    await _end(dynamodb, job, outcome)


async def _end(dynamodb: DynamoDb, job: Job, outcome: Params) -> None:
    now_ms = dynamodb.now_ms()
    details = {**job.details, "Outcome": {"EndTime": now_ms / 1000, **outcome}}
    ended = job._replace(ended_ms=now_ms, file="", details=details)
    await dynamodb.db.write(lambda connection: jobs.save(connection, ended))
    if job.file:
        await dynamodb.content.delete([job.file])


async def _capture(dynamodb: DynamoDb, job: Job, begun: asyncio.Event | None) -> Job:
    """Writes the lines of the data object, compressed as they will be in S3."""
    md5 = hashlib.md5(usedforsecurity=False)
    reading = _Reading(job, dynamodb.now_ms())
    written = await files.write(dynamodb, reading.lines, md5, begun=begun)
    captured = {
        "Items": written.lines,
        "Bytes": reading.size,
        "MD5": base64.b64encode(md5.digest()).decode(),
    }
    job = job._replace(file=written.name, details={**job.details, "Captured": captured})
    await dynamodb.db.write(lambda connection: jobs.save(connection, job))
    return job


class _Reading:
    """What is read in a thread, of one commit."""

    def __init__(self, job: Job, now_ms: int) -> None:
        self._number: int = job.details["Table"]
        self._from_ms, self._to_ms, self._view = job.details["Window"]
        self._filter: Params | None = job.details["Description"].get("FilterSpecification")
        self._now_ms = now_ms
        self.size = 0
        """Bytes of the table, known once it was read."""

    def lines(self, connection: sqlite3.Connection) -> Iterator[bytes]:
        """The lines of the data object."""
        table = lookup.still_there(connection, self._number)
        first_ms = self._to_ms if self._from_ms is None else self._from_ms
        recovery.check_readable(table, first_ms, self._now_ms)
        _, self.size = rows.count(connection, table.id)
        if self._from_ms is None:
            for item in self._filtered(table, state.at(connection, table.id, self._to_ms)):
                yield b'{"Item":' + item + b"}"
        else:
            for change in state.between(connection, table.id, self._from_ms, self._to_ms):
                yield _record(table.keys, change, has_old=self._view != "NEW_IMAGE")

    def _filtered(self, table: Table, items: Iterator[bytes]) -> Iterator[bytes]:
        if self._filter is None:
            return items
        chosen = Filter(self._filter, table)
        return (left for item in items if (left := chosen.apply(item)) is not None)


def _record(schema: KeySchema, change: state.Difference, *, has_old: bool) -> bytes:
    """One line of an incremental export."""
    image = change.before if change.after is None else change.after
    key = keys.names_only(schema, text.load(image or b"{}"))
    pieces = [
        b'{"Metadata":{"WriteTimestampMicros":{"N":"%d000"}},"Keys":' % change.changed_ms,
        text.dump(key),
    ]
    if has_old and change.before is not None:
        pieces += [b',"OldImage":', change.before]
    if change.after is not None:
        pieces += [b',"NewImage":', change.after]
    return b"".join(pieces) + b"}"


async def _upload(dynamodb: DynamoDb, job: Job) -> Params:
    objects = dynamodb.objects
    if objects is None or not objects.runs():
        raise errors.without_s3("ExportTableToPointInTime")
    target = _Target(objects, job)
    await target.write("_started", b"")
    captured = job.details["Captured"]
    key, body = target.data_key(), files.raw(dynamodb.content.path(job.file))
    etag = await target.write_to(key, body)
    listed = manifest.files(Data(key, captured["Items"], captured["MD5"], etag))
    files_key = await target.write_with_checksum("manifest-files", listed)
    outcome = {
        "ExportStatus": "COMPLETED",
        "BilledSizeBytes": captured["Bytes"],
        "ItemCount": captured["Items"],
    }
    whole = {**job.details["Description"], **outcome}
    summary = manifest.summary(job, whole, dynamodb.now_ms(), files_key)
    outcome["ExportManifest"] = await target.write_with_checksum("manifest-summary", summary)
    return outcome


class _Target:
    """Where the objects of one export go."""

    def __init__(self, objects: Objects, job: Job) -> None:
        said = job.details["Description"]
        self._objects = objects
        self._place = Place(job.account, job.region, said["S3Bucket"], said.get("S3BucketOwner"))
        self._encryption = (
            Encryption("KMS", said.get("S3SseKmsKeyId"))
            if said["S3SseAlgorithm"] == "KMS"
            else AS_BUCKET
        )
        prefix = said.get("S3Prefix", "")
        if prefix and not prefix.endswith("/"):
            prefix += "/"
        self._root = f"{prefix}{FOLDER}/"
        self._folder = f"{self._root}{job.arn.rsplit('/', 1)[1]}/"
        self._is_full = job.details["Window"][0] is None
        self._data: str = job.details["Data"]

    def data_key(self) -> str:
        """Increments share one folder for their data."""
        folder = self._folder if self._is_full else self._root
        return f"{folder}data/{self._data}.json.gz"

    async def write_with_checksum(self, name: str, content: bytes) -> str:
        """Writes a manifest and its checksum, and returns the manifest's key."""
        await self.write(f"{name}.json", content)
        await self.write(f"{name}.md5", manifest.checksum(content))
        return f"{self._folder}{name}.json"

    async def write(self, name: str, content: bytes) -> None:
        """Writes a small object of the export's own folder."""
        await self.write_to(f"{self._folder}{name}", _once(content))

    async def write_to(self, key: str, body: AsyncIterator[bytes]) -> str:
        """Writes an object and returns its ETag."""
        return await self._objects.write(self._place, key, body, self._encryption)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def resume(dynamodb: DynamoDb) -> None:
    """Goes on with the exports that an earlier process left unfinished."""
    with dynamodb.db.snapshot() as connection:
        unfinished = jobs.running(connection, KIND)
    for job in unfinished:
        dynamodb.spawn(run(dynamodb, job))

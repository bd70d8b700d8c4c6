"""DeleteObject and DeleteObjects.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.notifications.outgoing import Outgoing
from homeport.aws.s3.objects.find import check_version_id
from homeport.aws.s3.rules import conditions, names
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import objects
from homeport.aws.s3.store.records import Version

KEYS_AT_ONCE = 100
"""Keys of DeleteObjects that are removed in one go, so that others get their turn in between."""

_DIRECTORY_ONLY = {
    "IfMatchLastModifiedTime": "x-amz-if-match-last-modified-time",
    "IfMatchSize": "x-amz-if-match-size",
}


class Wish(NamedTuple):
    """What to delete."""

    key: str
    version: str | None
    if_match: str | None
    name: str
    """Random digits for the id of a delete marker."""


class Deleted(NamedTuple):
    """What was done about it."""

    version: str | None
    """The version that is gone, or the marker that was made."""
    freed: list[str]
    is_marker: bool
    made: Version | None = None
    """The marker that was made."""
    was_there: bool = True


async def delete_object(s3: S3, call: Call, params: Params) -> Params:
    """Removes an object, or one version of it, or puts a delete marker over it."""
    bucket = s3.bucket(call, params)
    for member, header in _DIRECTORY_ONLY.items():
        if member in params:
            raise errors.header_not_implemented(header)
    wish = _wish(s3, params, params.get("IfMatch"))
    now = s3.now()
    events = Outgoing(s3, call, bucket)

    def work(connection: sqlite3.Connection) -> Deleted:
        done = delete(connection, bucket, wish, now)
        if done.was_there:
            _note(connection, events, wish, done)
        return done

    done = await s3.db.write(work)
    events.tell()
    await s3.release(done.freed)
    members: Params = {}
    if done.is_marker:
        members["DeleteMarker"] = True
    if done.version is not None:
        members["VersionId"] = done.version
    return members


def _wish(s3: S3, params: Params, if_match: str | None) -> Wish:
    names.check_key(params["Key"])
    version = params.get("VersionId")
    if version is not None:
        check_version_id(version)
    return Wish(params["Key"], version, if_match, s3.ids())


def delete(connection: sqlite3.Connection, bucket: Bucket, wish: Wish, now: int) -> Deleted:
    """Does it, in a transaction. Raises `NoSuchBucket`, and as `check_delete`."""
    was = objects.state(connection, bucket.id, wish.key)
    if was is None:
        raise errors.NO_SUCH_BUCKET(BucketName=bucket.name)
    conditions.check_delete(wish.if_match, wish.key, wish.version, was.etag)
    if wish.version is not None:
        removed = objects.remove_version(connection, bucket.id, wish.key, wish.version, was)
        version = wish.version if was.versioning else None
        return Deleted(
            version, removed.freed, is_marker=removed.was_marker, was_there=removed.was_there
        )
    if not was.versioning:
        freed = objects.remove_current(connection, bucket.id, wish.key, was)
        return Deleted(None, freed, is_marker=False, was_there=was.body is not None)
    marker = Version(wish.key, 0, "", 1, now, 0, "", "", "", 0, "", "", 0)
    made, freed = objects.put(connection, bucket.id, marker, was, wish.name)
    return Deleted(made.version, freed, is_marker=True, made=made)


def _note(connection: sqlite3.Connection, events: Outgoing, wish: Wish, done: Deleted) -> None:
    """Writes the event of a deletion."""
    if done.made is not None:
        events.marked(connection, done.made)
    else:
        events.removed(connection, wish.key, done.version)


async def delete_objects(s3: S3, call: Call, params: Params) -> Params:
    """Removes up to 1000 keys; each succeeds or fails by itself."""
    bucket = s3.bucket(call, params)
    asked = params["Delete"].get("Objects") or []
    if not 1 <= len(asked) <= limits.DELETE_KEYS:
        raise errors.MALFORMED_XML()
    deleted: list[Params] = []
    failed: list[Params] = []
    for start in range(0, len(asked), KEYS_AT_ONCE):
        await _delete_some(s3, call, bucket, asked[start : start + KEYS_AT_ONCE], deleted, failed)
    is_quiet = params["Delete"].get("Quiet", False)
    return {"Deleted": [] if is_quiet else deleted, "Errors": failed}


async def _delete_some(
    s3: S3,
    call: Call,
    bucket: Bucket,
    asked: Sequence[Params],
    deleted: list[Params],
    failed: list[Params],
) -> None:
    wishes: list[tuple[Params, Wish | AwsError]] = []
    for item in asked:
        try:
            wishes.append((item, _wish(s3, item, item.get("ETag"))))
        except AwsError as error:
            wishes.append((item, error))
    now, events = s3.now(), Outgoing(s3, call, bucket)

    def work(connection: sqlite3.Connection) -> list[Deleted | AwsError]:
        return [_attempt(connection, bucket, wish, now, events) for _, wish in wishes]

    outcomes = await s3.db.write(work)
    events.tell()
    for (item, _), outcome in zip(wishes, outcomes, strict=True):
        if isinstance(outcome, AwsError):
            failed.append(_failure(item, outcome))
            continue
        deleted.append(_success(item, outcome))
    await s3.release(
        file for outcome in outcomes if isinstance(outcome, Deleted) for file in outcome.freed
    )


def _attempt(
    connection: sqlite3.Connection,
    bucket: Bucket,
    wish: Wish | AwsError,
    now: int,
    events: Outgoing,
) -> Deleted | AwsError:
    if isinstance(wish, AwsError):
        return wish
    try:
        done = delete(connection, bucket, wish, now)
    except AwsError as error:
        # Both of its checks stand before the first change, so nothing is half done.
        return error
    # Of keys that had no object too, other than DeleteObject: `test_delete_objects` in
    # https://github.com/localstack/localstack/blob/main/tests/aws/services/s3/test_s3_notifications_sqs.snapshot.json
    _note(connection, events, wish, done)
    return done


def _success(item: Params, done: Deleted) -> Params:
    members: Params = {"Key": item["Key"]}
    if "VersionId" in item:
        members["VersionId"] = item["VersionId"]
    if done.is_marker:
        members["DeleteMarker"] = True
        members["DeleteMarkerVersionId"] = done.version
    return members


def _failure(item: Params, error: AwsError) -> Params:
    members = {"Key": item["Key"], "Code": error.code, "Message": error.message}
    if "VersionId" in item:
        members["VersionId"] = item["VersionId"]
    return members

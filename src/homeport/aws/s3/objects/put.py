"""PutObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""

from __future__ import annotations

import sqlite3

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.notifications import names as events_by_name
from homeport.aws.s3.notifications.outgoing import Outgoing
from homeport.aws.s3.objects import receive
from homeport.aws.s3.rules import attributes, checksums, conditions, names
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import bodies, objects
from homeport.aws.s3.store.records import Segment, Version
from homeport.aws.signing.checksums import base64_of


async def put_object(s3: S3, call: Call, params: Params) -> Params:
    """Keeps an object whole, or not at all."""
    bucket = s3.bucket(call, params)
    key = params["Key"]
    names.check_key(key)
    conditions.check_write_form(params)
    if "WriteOffsetBytes" in params:
        raise errors.header_not_implemented("x-amz-write-offset-bytes")
    said = attributes.read(params, bucket.ownership)
    body = receive.payload(params)
    algorithm = body.announced or checksums.DEFAULT
    checksums.check_named(params, body.announced)
    body.want(algorithm)
    received = await receive.receive(s3, body, limits.INLINE_SIZE)
    checksum = checksums.kept(algorithm, checksums.FULL_OBJECT, base64_of(body.digest(algorithm)))
    version = draft(key, s3.now(), received.size, received.etag, said, checksum)
    saved = await save(s3, call, bucket, version, received, params)
    return {**written(bucket, saved), **checksums.members(checksum)}


def draft(
    key: str, now: int, size: int, etag: str, said: attributes.Attributes, checksum: str
) -> Version:
    """A version that has no place, id and body yet."""
    return Version(
        key, 0, "", 0, now, size, etag, said.storage_class, checksum, 0, said.head, said.tags, 0
    )


def written(bucket: Bucket, saved: Version) -> Params:
    """What every answer to a write says of the version that it made."""
    members = {"ETag": f'"{saved.etag}"', "ServerSideEncryption": attributes.ENCRYPTION}
    if bucket.versioning:
        members["VersionId"] = saved.version
    return members


async def save(
    s3: S3, call: Call, bucket: Bucket, version: Version, received: receive.Received, params: Params
) -> Version:
    """Commits a version with its body, where the conditions of the request hold."""
    name = s3.ids()

    def work(connection: sqlite3.Connection) -> tuple[Version, list[str]]:
        was = admitted(connection, bucket, version.key, params)
        if received.data is not None:
            body = bodies.add_inline(connection, received.data)
        else:
            body = bodies.add_segments(connection, [Segment(0, received.file, 0, received.size)])
        saved, freed = objects.put(connection, bucket.id, version._replace(body=body), was, name)
        events.created(connection, events_by_name.PUT, saved)
        return saved, freed

    try:
        events = Outgoing(s3, call, bucket)
        saved, freed = await s3.db.write(work)
    except Exception:
        # Not where the task is cancelled: the commit may still happen then, and names the file.
        await s3.release([received.file] if received.file else [])
        raise
    events.tell()
    if freed:
        await s3.release(freed)
    return saved


def admitted(
    connection: sqlite3.Connection, bucket: Bucket, key: str, params: Params
) -> objects.State:
    """What a write meets. Raises `NoSuchBucket` where the bucket went away, and where a condition does not hold."""
    was = objects.state(connection, bucket.id, key)
    if was is None:
        raise errors.NO_SUCH_BUCKET(BucketName=bucket.name)
    conditions.check_write(params, key, was.etag)
    return was

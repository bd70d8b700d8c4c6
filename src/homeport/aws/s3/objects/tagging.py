"""PutObjectTagging, GetObjectTagging and DeleteObjectTagging.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.notifications import names
from homeport.aws.s3.notifications.outgoing import Outgoing
from homeport.aws.s3.objects.find import find
from homeport.aws.s3.rules import tags
from homeport.aws.s3.s3 import S3
from homeport.aws.s3.store import objects


async def put_object_tagging(s3: S3, call: Call, params: Params) -> Params:
    """Replaces the tags of a version."""
    given = params["Tagging"].get("TagSet") or []
    tags.check(given, limits.OBJECT_TAGS)
    return await _set(s3, call, params, tags.kept(given), names.TAGGING_PUT)


async def delete_object_tagging(s3: S3, call: Call, params: Params) -> Params:
    """Forgets the tags of a version."""
    return await _set(s3, call, params, "", names.TAGGING_DELETE)


def get_object_tagging(s3: S3, call: Call, params: Params) -> Params:
    """The tags of a version; an empty set where it has none."""
    bucket = s3.bucket(call, params)
    version = find(s3, bucket, params["Key"], params.get("VersionId")).version
    members: Params = {"TagSet": tags.read(version.tags)}
    if bucket.versioning:
        members["VersionId"] = version.version
    return members


async def _set(s3: S3, call: Call, params: Params, kept: str, event: str) -> Params:
    bucket = s3.bucket(call, params)
    key = params["Key"]
    method = call.request.method
    found = find(s3, bucket, key, params.get("VersionId"), method).version
    version, events = found.version, Outgoing(s3, call, bucket)

    def work(connection: sqlite3.Connection) -> bool:
        is_there = objects.set_tags(connection, bucket.id, key, version, kept)
        if is_there:
            events.tagged(connection, event, found)
        return is_there

    if not await s3.db.write(work):
        raise errors.NO_SUCH_KEY(Key=key)
    events.tell()
    return {"VersionId": version} if bucket.versioning else {}

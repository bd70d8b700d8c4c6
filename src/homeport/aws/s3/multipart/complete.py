"""CompleteMultipartUpload. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html

No byte is copied: the object is made of the files of its parts.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.multipart import upload as opened
from homeport.aws.s3.notifications.names import COMPLETE
from homeport.aws.s3.notifications.outgoing import Outgoing
from homeport.aws.s3.objects.put import admitted, written
from homeport.aws.s3.rules import assembly, attributes, checksums, conditions
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import bodies, objects, uploads
from homeport.aws.s3.store.records import Upload, Version


class Finished(NamedTuple):
    """The object that an upload became."""

    version: Version
    members: Params
    freed: list[str]


async def complete_multipart_upload(s3: S3, call: Call, params: Params) -> Params:
    """Makes the object. Asked again with the same parts, it answers the same."""
    bucket = s3.bucket(call, params)
    attributes.check_encryption(params)
    conditions.check_write_form(params)
    wanted = assembly.read(params)
    given = _fingerprint(params)
    earlier = uploads.completed(s3.db, bucket.id, params["Key"], params["UploadId"])
    if earlier is not None and earlier[0] == given:
        members: Params = json.loads(earlier[1])
        return members
    upload = opened.find(s3, bucket, params)
    location = _location(call, bucket, upload.key)
    now, name, events = s3.now(), s3.ids(), Outgoing(s3, call, bucket)

    def work(connection: sqlite3.Connection) -> Finished:
        if not uploads.is_open(connection, bucket.id, upload.key, upload.id):
            raise errors.NO_SUCH_UPLOAD(UploadId=upload.id)
        finished = _finish(connection, bucket, upload, wanted, params, now, name)
        events.created(connection, COMPLETE, finished.version)
        answer = {"Location": location, **finished.members}
        uploads.add_completed(
            connection,
            bucket.id,
            upload.key,
            upload.id,
            now,
            given,
            json.dumps(answer),
            now - int(limits.COMPLETED_S),
        )
        return finished._replace(members=answer)

    finished = await s3.db.write(work)
    events.tell()
    await s3.release(finished.freed)
    return finished.members


def _finish(
    connection: sqlite3.Connection,
    bucket: Bucket,
    upload: Upload,
    wanted: Sequence[assembly.Wanted],
    params: Params,
    now: int,
    name: str,
) -> Finished:
    was = admitted(connection, bucket, upload.key, params)
    whole = assembly.assemble(upload, wanted, uploads.all_parts(connection, upload.id))
    assembly.check_whole(upload, whole, params)
    body = bodies.join(connection, [(part.body, at) for part, at in whole.parts])
    bodies.add_parts(connection, body, assembly.object_parts(upload, whole))
    freed = uploads.remove(
        connection, bucket.id, upload.key, upload.id, {part.body for part, _ in whole.parts}
    )
    version = Version(
        upload.key,
        0,
        "",
        0,
        now,
        whole.size,
        whole.etag,
        upload.storage_class,
        whole.checksum,
        len(whole.parts),
        upload.head,
        upload.tags,
        body,
    )
    saved, displaced = objects.put(connection, bucket.id, version, was, name)
    members = {
        "Bucket": bucket.name,
        "Key": upload.key,
        **written(bucket, saved),
        **checksums.members(whole.checksum),
    }
    return Finished(saved, members, freed + displaced)


def _fingerprint(params: Params) -> str:
    """Tells whether a repeated request names the same parts."""
    text = json.dumps(params.get("MultipartUpload"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _location(call: Call, bucket: Bucket, key: str) -> str:
    request = call.request
    host = request.headers.get("host", "localhost")
    if host.startswith(f"{bucket.name}."):
        return f"{request.scheme}://{host}/{quote(key)}"
    return f"{request.scheme}://{host}/{bucket.name}/{quote(key)}"

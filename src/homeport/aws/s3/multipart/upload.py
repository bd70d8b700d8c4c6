"""CreateMultipartUpload and AbortMultipartUpload.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.buckets.settings import check_exists
from homeport.aws.s3.rules import attributes, names, part_checksums
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import uploads
from homeport.aws.s3.store.records import Upload


async def create_multipart_upload(s3: S3, call: Call, params: Params) -> Params:
    """Begins an upload. What it says of the object is kept for when the object is there."""
    bucket = s3.bucket(call, params)
    key = params["Key"]
    names.check_key(key)
    said = attributes.read(params, bucket.ownership)
    algorithm, kind = part_checksums.declared(params)
    upload = Upload(
        key, _upload_id(s3), s3.now(), said.storage_class, algorithm, kind, said.head, said.tags
    )

    def work(connection: sqlite3.Connection) -> None:
        check_exists(connection, bucket)
        uploads.add(connection, bucket.id, upload)

    await s3.db.write(work)
    members = {
        "Bucket": bucket.name,
        "Key": key,
        "UploadId": upload.id,
        "ServerSideEncryption": attributes.ENCRYPTION,
    }
    return {**members, **declared_members(upload)}


def _upload_id(s3: S3) -> str:
    """An id that sorts by the time of the upload's begin, as uploads of one key are listed."""
    return f"{int(s3.clock.now() * 1_000_000):016x}{s3.ids()}"


def declared_members(upload: Upload) -> Params:
    """The members that repeat which checksums an upload declared."""
    if not upload.algorithm:
        return {}
    return {"ChecksumAlgorithm": upload.algorithm, "ChecksumType": upload.checksum_type}


def find(s3: S3, bucket: Bucket, params: Params) -> Upload:
    """The upload that a request names. Raises `NoSuchUpload`."""
    upload = uploads.find(s3.db, bucket.id, names.text(params["Key"]), params["UploadId"])
    if upload is None:
        raise errors.NO_SUCH_UPLOAD(UploadId=params["UploadId"])
    return upload


async def abort_multipart_upload(s3: S3, call: Call, params: Params) -> Params:
    """Forgets an upload and its parts."""
    bucket = s3.bucket(call, params)
    upload = find(s3, bucket, params)

    def work(connection: sqlite3.Connection) -> list[str]:
        if not uploads.is_open(connection, bucket.id, upload.key, upload.id):
            raise errors.NO_SUCH_UPLOAD(UploadId=upload.id)
        return uploads.remove(connection, bucket.id, upload.key, upload.id, set())

    await s3.release(await s3.db.write(work))
    return {}

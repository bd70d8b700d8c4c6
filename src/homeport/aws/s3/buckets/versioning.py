"""GetBucketVersioning and PutBucketVersioning.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.buckets import settings
from homeport.aws.s3.s3 import S3
from homeport.aws.s3.store import buckets


def get_bucket_versioning(s3: S3, call: Call, params: Params) -> Params:
    """The status; nothing where it was never set."""
    status = s3.bucket(call, params).versioning
    return {"Status": status} if status else {}


async def put_bucket_versioning(s3: S3, call: Call, params: Params) -> Params:
    """Enables or suspends it; a bucket that had it never is without again."""
    bucket = s3.bucket(call, params)
    configuration = params["VersioningConfiguration"]
    status = configuration.get("Status")
    if status is None:
        raise errors.ILLEGAL_VERSIONING()
    if status not in ("Enabled", "Suspended"):
        raise errors.MALFORMED_XML()
    if configuration.get("MFADelete") == "Enabled":
        raise errors.header_not_implemented("x-amz-mfa")

    def work(connection: sqlite3.Connection) -> None:
        settings.check_exists(connection, bucket)
        buckets.set_versioning(connection, bucket.id, status)

    await s3.db.write(work)
    s3.forget(bucket.name)
    return {}

"""Keeping what is set on a bucket: checked, stored, and given back."""

from __future__ import annotations

import sqlite3

from homeport.aws.s3 import errors
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import buckets


async def keep(s3: S3, bucket: Bucket, kind: str, value: str) -> None:
    """Sets a value of one kind."""

    def work(connection: sqlite3.Connection) -> None:
        check_exists(connection, bucket)
        buckets.put_setting(connection, bucket.id, kind, value)

    await s3.db.write(work)
    s3.forget(bucket.name)


async def drop(s3: S3, bucket: Bucket, kind: str) -> None:
    """Forgets what is set of one kind; harmless where nothing is."""
    await s3.db.write(lambda connection: buckets.delete_setting(connection, bucket.id, kind))
    s3.forget(bucket.name)


def check_exists(connection: sqlite3.Connection, bucket: Bucket) -> None:
    """Raises `NoSuchBucket` where the bucket went away meanwhile."""
    if not buckets.exists(connection, bucket.id):
        raise errors.NO_SUCH_BUCKET(BucketName=bucket.name)

"""The operations of Amazon S3 that are there, by their names in the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from homeport.aws.protocol.call import Call, Operation, Params, Service
from homeport.aws.s3.buckets import bucket, cors, tagging, versioning
from homeport.aws.s3.objects import delete, get, listing, put
from homeport.aws.s3.s3 import S3

__all__ = ["S3", "TABLE", "service"]

TABLE: Mapping[str, Callable[[S3, Call, Params], object]] = {
    "CreateBucket": bucket.create_bucket,
    "DeleteBucket": bucket.delete_bucket,
    "DeleteBucketCors": cors.delete_bucket_cors,
    "DeleteBucketTagging": tagging.delete_bucket_tagging,
    "DeleteObject": delete.delete_object,
    "DeleteObjects": delete.delete_objects,
    "GetBucketCors": cors.get_bucket_cors,
    "GetBucketLocation": bucket.get_bucket_location,
    "GetBucketTagging": tagging.get_bucket_tagging,
    "GetBucketVersioning": versioning.get_bucket_versioning,
    "GetObject": get.get_object,
    "HeadBucket": bucket.head_bucket,
    "HeadObject": get.head_object,
    "ListBuckets": bucket.list_buckets,
    "ListObjects": listing.list_objects,
    "ListObjectsV2": listing.list_objects_v2,
    "PutBucketCors": cors.put_bucket_cors,
    "PutBucketTagging": tagging.put_bucket_tagging,
    "PutBucketVersioning": versioning.put_bucket_versioning,
    "PutObject": put.put_object,
}


def service(s3: S3) -> Service:
    """Amazon S3 as the dispatcher sees it."""
    operations: dict[str, Operation] = {
        name: partial(function, s3)  # type: ignore[misc]
        for name, function in TABLE.items()
    }
    return Service("s3", operations)

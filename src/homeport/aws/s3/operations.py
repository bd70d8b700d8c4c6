"""The operations of Amazon S3 that are there, by their names in the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from homeport.aws.protocol.call import Call, Operation, Params, Result, Service
from homeport.aws.s3.buckets import access, bucket, cors, encryption, tagging, unset, versioning
from homeport.aws.s3.multipart import complete, part, upload
from homeport.aws.s3.multipart import listing as multipart_listing
from homeport.aws.s3.notifications import configuration
from homeport.aws.s3.objects import attributes, copy, delete, get, listing, put, versions
from homeport.aws.s3.objects import tagging as object_tagging
from homeport.aws.s3.preflight import CrossOrigin
from homeport.aws.s3.s3 import S3

__all__ = ["S3", "TABLE", "service"]

TABLE: Mapping[str, Callable[[S3, Call, Params], Result | Awaitable[Result]]] = {
    "AbortMultipartUpload": upload.abort_multipart_upload,
    "CompleteMultipartUpload": complete.complete_multipart_upload,
    "CopyObject": copy.copy_object,
    "CreateBucket": bucket.create_bucket,
    "CreateMultipartUpload": upload.create_multipart_upload,
    "DeleteBucket": bucket.delete_bucket,
    "DeleteBucketCors": cors.delete_bucket_cors,
    "DeleteBucketEncryption": encryption.delete_bucket_encryption,
    "DeleteBucketOwnershipControls": access.delete_bucket_ownership_controls,
    "DeleteBucketTagging": tagging.delete_bucket_tagging,
    "DeleteObject": delete.delete_object,
    "DeleteObjectTagging": object_tagging.delete_object_tagging,
    "DeleteObjects": delete.delete_objects,
    "DeletePublicAccessBlock": access.delete_public_access_block,
    "GetBucketAcl": access.get_bucket_acl,
    "GetBucketCors": cors.get_bucket_cors,
    "GetBucketEncryption": encryption.get_bucket_encryption,
    "GetBucketLocation": bucket.get_bucket_location,
    "GetBucketNotificationConfiguration": configuration.get_bucket_notification_configuration,
    "GetBucketOwnershipControls": access.get_bucket_ownership_controls,
    "GetBucketTagging": tagging.get_bucket_tagging,
    "GetBucketVersioning": versioning.get_bucket_versioning,
    "GetObject": get.get_object,
    "GetObjectAcl": attributes.get_object_acl,
    "GetObjectAttributes": attributes.get_object_attributes,
    "GetObjectTagging": object_tagging.get_object_tagging,
    "GetPublicAccessBlock": access.get_public_access_block,
    "HeadBucket": bucket.head_bucket,
    "HeadObject": get.head_object,
    "ListBuckets": bucket.list_buckets,
    "ListMultipartUploads": multipart_listing.list_multipart_uploads,
    "ListObjectVersions": versions.list_object_versions,
    "ListObjects": listing.list_objects,
    "ListObjectsV2": listing.list_objects_v2,
    "ListParts": multipart_listing.list_parts,
    "PutBucketAcl": access.put_bucket_acl,
    "PutBucketCors": cors.put_bucket_cors,
    "PutBucketEncryption": encryption.put_bucket_encryption,
    "PutBucketNotificationConfiguration": configuration.put_bucket_notification_configuration,
    "PutBucketOwnershipControls": access.put_bucket_ownership_controls,
    "PutBucketTagging": tagging.put_bucket_tagging,
    "PutBucketVersioning": versioning.put_bucket_versioning,
    "PutObject": put.put_object,
    "PutObjectAcl": attributes.put_object_acl,
    "PutObjectTagging": object_tagging.put_object_tagging,
    "PutPublicAccessBlock": access.put_public_access_block,
    "UploadPart": part.upload_part,
    "UploadPartCopy": part.upload_part_copy,
    **unset.READS,
}


def service(s3: S3, domains: Sequence[str] = ()) -> Service:
    """Amazon S3 as the dispatcher sees it. `domains` as the dispatcher's own, for the preflights of browsers."""
    operations: dict[str, Operation] = {
        name: partial(function, s3) for name, function in TABLE.items()
    }
    cross_origin = CrossOrigin(s3, domains)
    return Service("s3", operations, cross_origin.before, cross_origin.after)

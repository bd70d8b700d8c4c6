"""Settings of a bucket that can be read but not made: every bucket answers that it has none.

The Put of each answers 501, so nothing is ever taken and then not kept. Tools that look at all of a bucket (OpenTofu, the
consoles) need the answers of these.
"""

from __future__ import annotations

from collections.abc import Callable

from homeport.aws.protocol.call import Call, ErrorKind, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.s3 import S3

Read = Callable[[S3, Call, Params], Params]


def _missing(kind: ErrorKind) -> Read:
    def read(s3: S3, call: Call, params: Params) -> Params:
        raise kind(BucketName=s3.bucket(call, params).name)

    return read


def _always(members: Params) -> Read:
    def read(s3: S3, call: Call, params: Params) -> Params:
        s3.bucket(call, params)
        return members

    return read


READS: dict[str, Read] = {
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAccelerateConfiguration.html
    "GetBucketAccelerateConfiguration": _always({}),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html
    "GetBucketLifecycleConfiguration": _missing(errors.NO_SUCH_LIFECYCLE),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html
    "GetBucketLogging": _always({}),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
    "GetBucketPolicy": _missing(errors.NO_SUCH_BUCKET_POLICY),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html
    "GetBucketPolicyStatus": _missing(errors.NO_SUCH_BUCKET_POLICY),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html
    "GetBucketReplication": _missing(errors.NO_SUCH_REPLICATION),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html
    "GetBucketRequestPayment": _always({"Payer": "BucketOwner"}),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html
    "GetBucketWebsite": _missing(errors.NO_SUCH_WEBSITE),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html
    "GetObjectLockConfiguration": _missing(errors.NO_SUCH_OBJECT_LOCK),
}

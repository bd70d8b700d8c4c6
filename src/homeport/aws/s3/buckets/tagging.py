"""PutBucketTagging, GetBucketTagging and DeleteBucketTagging.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html
"""

from __future__ import annotations

import json

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.buckets import settings
from homeport.aws.s3.rules import tags
from homeport.aws.s3.s3 import S3

KIND = "tagging"


async def put_bucket_tagging(s3: S3, call: Call, params: Params) -> Params:
    """Replaces the tags."""
    bucket = s3.bucket(call, params)
    given = params["Tagging"].get("TagSet") or []
    tags.check(given, limits.BUCKET_TAGS)
    await settings.keep(s3, bucket, KIND, json.dumps(given))
    return {}


def get_bucket_tagging(s3: S3, call: Call, params: Params) -> Params:
    """The tags. Raises `NoSuchTagSet` where there are none."""
    bucket = s3.bucket(call, params)
    given = bucket.setting(KIND)
    if not given:
        raise errors.NO_SUCH_TAG_SET(BucketName=bucket.name)
    return {"TagSet": given}


async def delete_bucket_tagging(s3: S3, call: Call, params: Params) -> Params:
    """Forgets the tags."""
    await settings.drop(s3, s3.bucket(call, params), KIND)
    return {}

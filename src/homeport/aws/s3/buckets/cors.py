"""PutBucketCors, GetBucketCors and DeleteBucketCors.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
"""

from __future__ import annotations

import json

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.buckets import settings
from homeport.aws.s3.rules import cors
from homeport.aws.s3.s3 import S3

KIND = "cors"


async def put_bucket_cors(s3: S3, call: Call, params: Params) -> Params:
    """Replaces the rules."""
    bucket = s3.bucket(call, params)
    rules = params["CORSConfiguration"].get("CORSRules") or []
    cors.check(rules)
    await settings.keep(s3, bucket, KIND, json.dumps(rules))
    return {}


def get_bucket_cors(s3: S3, call: Call, params: Params) -> Params:
    """The rules. Raises `NoSuchCORSConfiguration` where there are none."""
    bucket = s3.bucket(call, params)
    rules = bucket.setting(KIND)
    if rules is None:
        raise errors.NO_SUCH_CORS(BucketName=bucket.name)
    return {"CORSRules": rules}


async def delete_bucket_cors(s3: S3, call: Call, params: Params) -> Params:
    """Forgets the rules."""
    await settings.drop(s3, s3.bucket(call, params), KIND)
    return {}

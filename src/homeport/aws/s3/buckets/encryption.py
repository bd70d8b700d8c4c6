"""GetBucketEncryption, PutBucketEncryption and DeleteBucketEncryption.

S3 encrypts everything with AES256 unless told otherwise, and that is the only thing it can be told here.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
"""

from __future__ import annotations

import json

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.buckets import settings
from homeport.aws.s3.rules import attributes
from homeport.aws.s3.s3 import S3

KIND = "encryption"
_DEFAULT = {
    "Rules": [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": attributes.ENCRYPTION},
            "BucketKeyEnabled": False,
        }
    ]
}


def get_bucket_encryption(s3: S3, call: Call, params: Params) -> Params:
    """What new objects are encrypted with."""
    kept = s3.bucket(call, params).setting(KIND)
    return {"ServerSideEncryptionConfiguration": kept or _DEFAULT}


async def put_bucket_encryption(s3: S3, call: Call, params: Params) -> Params:
    """Takes AES256; other algorithms are not implemented."""
    bucket = s3.bucket(call, params)
    rules = params["ServerSideEncryptionConfiguration"].get("Rules") or []
    if len(rules) != 1:
        raise errors.MALFORMED_XML()
    default = rules[0].get("ApplyServerSideEncryptionByDefault") or {}
    if default.get("SSEAlgorithm", attributes.ENCRYPTION) != attributes.ENCRYPTION:
        raise errors.NOT_IMPLEMENTED("Encryption with AWS KMS is not implemented")
    if default.get("KMSMasterKeyID"):
        raise errors.argument(
            "ApplyServerSideEncryptionByDefault",
            default["KMSMasterKeyID"],
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        )
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": attributes.ENCRYPTION},
        "BucketKeyEnabled": bool(rules[0].get("BucketKeyEnabled", False)),
    }
    await settings.keep(s3, bucket, KIND, json.dumps({"Rules": [rule]}))
    return {}


async def delete_bucket_encryption(s3: S3, call: Call, params: Params) -> Params:
    """Back to the default."""
    await settings.drop(s3, s3.bucket(call, params), KIND)
    return {}

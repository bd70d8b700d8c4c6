"""Who may do what with a bucket: ACLs, object ownership and the public access block.

A bucket is its account's alone, whatever is set here; nothing can be made public. Settings that would widen that are refused.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-management.html
"""

from __future__ import annotations

import json

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.buckets import settings
from homeport.aws.s3.rules import acl
from homeport.aws.s3.s3 import S3, owner

OWNERSHIP = "ownership"
PUBLIC_ACCESS_BLOCK = "public_access_block"
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_ALL_BLOCKED = dict.fromkeys(_BLOCKS, True)
"""Of a new bucket. https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html"""


def get_bucket_acl(s3: S3, call: Call, params: Params) -> Params:
    """The list that says: the owner alone. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html"""
    return acl.owners_alone(owner(s3.bucket(call, params).account))


def put_bucket_acl(s3: S3, call: Call, params: Params) -> Params:
    """Takes a list that says the same. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html"""
    acl.check_change(params, s3.bucket(call, params).ownership)
    return {}


def get_bucket_ownership_controls(s3: S3, call: Call, params: Params) -> Params:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html"""
    bucket = s3.bucket(call, params)
    if bucket.settings.get(OWNERSHIP) == "":
        raise errors.NO_SUCH_OWNERSHIP(BucketName=bucket.name)
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": bucket.ownership}]}}


async def put_bucket_ownership_controls(s3: S3, call: Call, params: Params) -> Params:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html"""
    bucket = s3.bucket(call, params)
    rules = params["OwnershipControls"].get("Rules") or []
    if len(rules) != 1 or rules[0].get("ObjectOwnership") not in acl.OWNERSHIPS:
        raise errors.MALFORMED_XML()
    await settings.keep(s3, bucket, OWNERSHIP, rules[0]["ObjectOwnership"])
    return {}


async def delete_bucket_ownership_controls(s3: S3, call: Call, params: Params) -> Params:
    """Without them it is as with ObjectWriter.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html
    """
    await settings.keep(s3, s3.bucket(call, params), OWNERSHIP, "")
    return {}


def get_public_access_block(s3: S3, call: Call, params: Params) -> Params:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html"""
    bucket = s3.bucket(call, params)
    kept = bucket.settings.get(PUBLIC_ACCESS_BLOCK)
    if kept == "":
        raise errors.NO_SUCH_PUBLIC_ACCESS_BLOCK(BucketName=bucket.name)
    return {"PublicAccessBlockConfiguration": json.loads(kept) if kept else _ALL_BLOCKED}


async def put_public_access_block(s3: S3, call: Call, params: Params) -> Params:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html"""
    bucket = s3.bucket(call, params)
    given = params["PublicAccessBlockConfiguration"]
    blocks = {name: bool(given.get(name, False)) for name in _BLOCKS}
    await settings.keep(s3, bucket, PUBLIC_ACCESS_BLOCK, json.dumps(blocks))
    return {}


async def delete_public_access_block(s3: S3, call: Call, params: Params) -> Params:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html"""
    await settings.keep(s3, s3.bucket(call, params), PUBLIC_ACCESS_BLOCK, "")
    return {}

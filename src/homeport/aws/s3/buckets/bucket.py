"""CreateBucket, HeadBucket, ListBuckets, DeleteBucket and GetBucketLocation.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
"""

from __future__ import annotations

import json
import re
import sqlite3

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.rules import acl, names, paging, tags
from homeport.aws.s3.s3 import S3, Bucket, owner
from homeport.aws.s3.store import buckets

US_EAST_1 = "us-east-1"
_REGION = re.compile(r"[a-z]{2,3}(-[a-z]+)+-[0-9]+", re.ASCII)


async def create_bucket(s3: S3, call: Call, params: Params) -> Params:
    """Makes a bucket; its name is taken for every account and region."""
    name = params["Bucket"]
    names.check_new_bucket(name)
    configuration = params.get("CreateBucketConfiguration") or {}
    region = _region(call.region, configuration)
    settings = _settings(params, configuration)
    if params.get("ObjectLockEnabledForBucket"):
        raise errors.header_not_implemented("x-amz-bucket-object-lock-enabled")
    now = s3.now()

    def work(connection: sqlite3.Connection) -> bool:
        return _create(connection, name, call, region, now, settings)

    await s3.db.write(work)
    s3.forget(name)
    location = f"/{name}" if region == US_EAST_1 else f"http://{name}.s3.amazonaws.com/"
    return {"Location": location}


def _create(
    connection: sqlite3.Connection,
    name: str,
    call: Call,
    region: str,
    now: int,
    settings: dict[str, str],
) -> bool:
    taken = buckets.owner(connection, name)
    if taken is not None:
        _check_taken(name, call, region, taken)
        return False
    if buckets.count(connection, call.account) >= limits.BUCKETS:
        raise errors.TOO_MANY_BUCKETS()
    bucket = buckets.add(connection, name, call.account, region, now)
    for kind, value in settings.items():
        buckets.put_setting(connection, bucket, kind, value)
    return True


def _check_taken(name: str, call: Call, region: str, taken: tuple[str, str]) -> None:
    """In us-east-1, and only there, making one's own bucket again succeeds and changes nothing."""
    account, where = taken
    if account != call.account:
        raise errors.BUCKET_ALREADY_EXISTS(BucketName=name)
    if not where == region == US_EAST_1:
        raise errors.BUCKET_ALREADY_OWNED_BY_YOU(BucketName=name)


def _region(endpoint: str, configuration: Params) -> str:
    """The region of a new bucket. us-east-1 is also the endpoint of all others, which make buckets of their own only."""
    if "Location" in configuration or "Bucket" in configuration:
        raise errors.NOT_IMPLEMENTED("Directory buckets are not implemented")
    constraint: str = configuration.get("LocationConstraint") or ""
    if not constraint:
        if endpoint != US_EAST_1:
            raise errors.ILLEGAL_LOCATION()
        return endpoint
    region = "eu-west-1" if constraint == "EU" else constraint
    if region == US_EAST_1 or _REGION.fullmatch(region) is None:
        raise errors.INVALID_LOCATION(LocationConstraint=constraint)
    if endpoint not in (US_EAST_1, region):
        raise errors.ILLEGAL_LOCATION(
            f"The {constraint} location constraint is incompatible for the region specific endpoint "
            "this request was sent to."
        )
    return region


def _settings(params: Params, configuration: Params) -> dict[str, str]:
    ownership = params.get("ObjectOwnership", acl.ENFORCED)
    acl.check_new_bucket(params, ownership)
    if params.get("BucketNamespace", "global") != "global":
        raise errors.header_not_implemented("x-amz-bucket-namespace")
    settings = {"ownership": ownership} if ownership != acl.ENFORCED else {}
    given = configuration.get("Tags")
    if given:
        tags.check(given, limits.BUCKET_TAGS)
        settings["tagging"] = json.dumps(given)
    return settings


def head_bucket(s3: S3, call: Call, params: Params) -> Params:
    """Whether the bucket is there and one's own, and where."""
    try:
        bucket = s3.bucket(call, params)
    except AwsError as error:
        if error.code == errors.ACCESS_DENIED.code:
            error.headers = [("x-amz-bucket-region", s3.named(params["Bucket"]).region)]
        raise
    return {"BucketRegion": bucket.region}


def get_bucket_location(s3: S3, call: Call, params: Params) -> Params:
    """The region; nothing for us-east-1.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    """
    region = s3.bucket(call, params).region
    return {} if region == US_EAST_1 else {"LocationConstraint": region}


def list_buckets(s3: S3, call: Call, params: Params) -> Params:
    """The account's buckets, of all regions, in the order of their names."""
    limit = params.get("MaxBuckets", limits.BUCKETS_PAGE)
    if not 1 <= limit <= limits.BUCKETS_PAGE:
        raise errors.argument(
            "max-buckets",
            limit,
            f"Argument max-buckets must be an integer between 1 and {limits.BUCKETS_PAGE}",
        )
    token = params.get("ContinuationToken")
    after = "" if token is None else paging.from_token(token)
    prefix, region = params.get("Prefix", ""), params.get("BucketRegion", "")
    rows = buckets.page(s3.db, call.account, names.text(prefix), after, region, limit + 1)
    is_paged = not params.keys().isdisjoint(
        ("MaxBuckets", "ContinuationToken", "Prefix", "BucketRegion")
    )
    members: Params = {"Owner": owner(call.account), "Buckets": []}
    for row in rows[:limit]:
        entry: Params = {"Name": row.name, "CreationDate": row.created}
        if is_paged:
            entry["BucketRegion"] = row.region
        members["Buckets"].append(entry)
    if prefix:
        members["Prefix"] = prefix
    if len(rows) > limit:
        members["ContinuationToken"] = paging.token(rows[limit - 1].name)
    return members


async def delete_bucket(s3: S3, call: Call, params: Params) -> Params:
    """Removes an empty bucket; uploads under way in it end."""
    bucket = s3.bucket(call, params)
    freed = await s3.db.write(lambda connection: _delete(connection, bucket))
    s3.forget(bucket.name)
    await s3.release(freed)
    return {}


def _delete(connection: sqlite3.Connection, bucket: Bucket) -> list[str]:
    if not buckets.exists(connection, bucket.id):
        raise errors.NO_SUCH_BUCKET(BucketName=bucket.name)
    has_objects, has_versions = buckets.contents(connection, bucket.id)
    if has_versions or (has_objects and bucket.versioning):
        raise errors.BUCKET_NOT_EMPTY(
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
            BucketName=bucket.name,
        )
    if has_objects:
        raise errors.BUCKET_NOT_EMPTY(BucketName=bucket.name)
    return buckets.remove(connection, bucket.id)

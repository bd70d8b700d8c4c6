"""Buckets: names, regions, owners, pages, and what is set on them."""

from __future__ import annotations

import json

import pytest

from homeport.aws.s3 import limits
from homeport.aws.s3.rules import names

OTHER = "111111111111"


@pytest.mark.parametrize(
    "name",
    ["abc", "a-b.c", "1.2.3", "a" * 63, "192.168.1", "my--bucket", "a.b-c.d"],
)
def test_names(name):
    names.check_new_bucket(name)


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 64,
        "Abc",
        "a_b",
        "-abc",
        "abc-",
        ".abc",
        "abc.",
        "a..b",
        "192.168.1.1",
        "xn--abc",
        "sthree-abc",
        "amzn-s3-demo-abc",
        "abc-s3alias",
        "abc--ol-s3",
        "abc.mrap",
        "abc--x-s3",
        "abc--table-s3",
        "äbc",
        "abc\n",
    ],
)
async def test_names_that_are_none(s3, refused, name):
    await refused("InvalidBucketName", "CreateBucket", Bucket=name)


async def test_a_name_that_never_was_one(s3, refused):
    await refused("InvalidBucketName", "HeadBucket", Bucket="a")
    error = await refused("NoSuchBucket", "HeadBucket", Bucket="absent")
    assert error.fields == {"BucketName": "absent"}


async def test_making_it_again(s3, bucket, refused):
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"1")
    await s3("CreateBucket", Bucket=bucket)
    assert (await s3("ListObjectsV2", Bucket=bucket))["KeyCount"] == 1
    await refused("BucketAlreadyExists", "CreateBucket", Bucket=bucket, account=OTHER)
    west = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    await refused("BucketAlreadyOwnedByYou", "CreateBucket", Bucket=bucket, **west)
    await s3("CreateBucket", Bucket="west", region="eu-west-1", **west)
    again = {"Bucket": "west", "region": "eu-west-1", **west}
    await refused("BucketAlreadyOwnedByYou", "CreateBucket", **again)


@pytest.mark.parametrize(
    ("endpoint", "constraint", "outcome"),
    [
        ("us-east-1", None, "us-east-1"),
        ("us-east-1", "eu-west-1", "eu-west-1"),
        ("us-east-1", "EU", "eu-west-1"),
        ("us-east-1", "us-east-1", "InvalidLocationConstraint"),
        ("us-east-1", "nowhere", "InvalidLocationConstraint"),
        ("eu-west-1", "eu-west-1", "eu-west-1"),
        ("eu-west-1", None, "IllegalLocationConstraintException"),
        ("eu-west-1", "us-west-2", "IllegalLocationConstraintException"),
    ],
)
async def test_regions(s3, refused, endpoint, constraint, outcome):
    asked = {"Bucket": "bucket", "region": endpoint}
    if constraint is not None:
        asked["CreateBucketConfiguration"] = {"LocationConstraint": constraint}
    if outcome[0].isupper():
        await refused(outcome, "CreateBucket", **asked)
        return
    await s3("CreateBucket", **asked)
    assert (await s3("HeadBucket", Bucket="bucket", region="sa-east-1"))["BucketRegion"] == outcome
    location = (await s3("GetBucketLocation", Bucket="bucket")).get("LocationConstraint")
    assert location == (None if outcome == "us-east-1" else outcome)


async def test_of_another_account(s3, bucket, refused):
    for operation in ("HeadBucket", "ListObjectsV2", "DeleteBucket", "GetBucketCors"):
        error = await refused("AccessDenied", operation, Bucket=bucket, account=OTHER)
        assert error.status == 403
    await refused("AccessDenied", "HeadBucket", Bucket=bucket, ExpectedBucketOwner=OTHER)
    error = await refused("AccessDenied", "HeadBucket", Bucket=bucket, account=OTHER)
    assert error.headers == [("x-amz-bucket-region", "us-east-1")]


async def test_pages(s3, refused):
    for number in range(5):
        await s3("CreateBucket", Bucket=f"bucket-{number}")
    await s3("CreateBucket", Bucket="other")
    await s3("CreateBucket", Bucket="theirs", account=OTHER)
    every = await s3("ListBuckets")
    assert [each["Name"] for each in every["Buckets"]] == [
        *[f"bucket-{number}" for number in range(5)],
        "other",
    ]
    assert "BucketRegion" not in every["Buckets"][0]
    first = await s3("ListBuckets", MaxBuckets=3, Prefix="bucket-")
    token = first["ContinuationToken"]
    rest = await s3("ListBuckets", MaxBuckets=3, Prefix="bucket-", ContinuationToken=token)
    found = first["Buckets"] + rest["Buckets"]
    assert [each["Name"] for each in found] == [f"bucket-{number}" for number in range(5)]
    assert found[0]["BucketRegion"] == "us-east-1"
    assert "ContinuationToken" not in rest
    assert (await s3("ListBuckets", BucketRegion="eu-west-1"))["Buckets"] == []
    await refused("InvalidArgument", "ListBuckets", MaxBuckets=0)


async def test_there_are_only_so_many(s3, refused, monkeypatch):
    monkeypatch.setattr(limits, "BUCKETS", 2)
    for number in range(2):
        await s3("CreateBucket", Bucket=f"bucket-{number}")
    await refused("TooManyBuckets", "CreateBucket", Bucket="bucket-2")
    await s3("CreateBucket", Bucket="bucket-2", account=OTHER)


async def test_only_an_empty_one_goes(s3, bucket, refused):
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"1")
    await refused("BucketNotEmpty", "DeleteBucket", Bucket=bucket)
    await s3("DeleteObject", Bucket=bucket, Key="k")
    await s3("DeleteBucket", Bucket=bucket)
    await refused("NoSuchBucket", "DeleteBucket", Bucket=bucket)
    await refused("NoSuchBucket", "PutObject", Bucket=bucket, Key="k", Body=b"")


async def test_tags(s3, bucket, refused):
    await refused("NoSuchTagSet", "GetBucketTagging", Bucket=bucket)
    tags = [{"Key": f"k{number}", "Value": "v"} for number in range(limits.BUCKET_TAGS)]
    await s3("PutBucketTagging", Bucket=bucket, Tagging={"TagSet": tags})
    await s3.reopen()
    assert (await s3("GetBucketTagging", Bucket=bucket))["TagSet"] == tags
    more = {"TagSet": [*tags, {"Key": "one", "Value": "more"}]}
    await refused("BadRequest", "PutBucketTagging", Bucket=bucket, Tagging=more)
    await s3("DeleteBucketTagging", Bucket=bucket)
    await refused("NoSuchTagSet", "GetBucketTagging", Bucket=bucket)


async def test_it_is_the_owner_s_alone(s3, bucket, refused):
    for operation in ("GetBucketAcl", "GetObjectAcl"):
        await s3("PutObject", Bucket=bucket, Key="k", Body=b"")
        grants = (await s3(operation, Bucket=bucket, Key="k"))["Grants"]
        assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    put = {"Bucket": bucket, "Key": "k", "Body": b""}
    await s3("PutObject", **put, ACL="bucket-owner-full-control")
    await refused("AccessControlListNotSupported", "PutObject", **put, ACL="public-read")
    await refused("AccessControlListNotSupported", "PutObject", **put, GrantRead="id=1")
    await refused("InvalidArgument", "PutObject", **put, ACL="everyone")
    await refused("AccessControlListNotSupported", "PutBucketAcl", Bucket=bucket, ACL="private")
    public = {"Bucket": "other", "ACL": "public-read"}
    await refused("InvalidBucketAclWithObjectOwnership", "CreateBucket", **public)
    await s3("CreateBucket", Bucket="other", ACL="private")


async def test_ownership(s3, bucket, refused):
    assert await ownership(s3, bucket) == "BucketOwnerEnforced"
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    await s3("PutBucketOwnershipControls", Bucket=bucket, OwnershipControls=rules)
    assert await ownership(s3, bucket) == "BucketOwnerPreferred"
    await s3("PutBucketAcl", Bucket=bucket, ACL="private")
    await refused("NotImplemented", "PutBucketAcl", Bucket=bucket, ACL="public-read")
    await refused("MalformedACLError", "PutBucketAcl", Bucket=bucket)
    await s3("DeleteBucketOwnershipControls", Bucket=bucket)
    await refused("OwnershipControlsNotFoundError", "GetBucketOwnershipControls", Bucket=bucket)
    wrong = {"Rules": [{"ObjectOwnership": "Nobody"}]}
    put = {"Bucket": bucket, "OwnershipControls": wrong}
    await refused("MalformedXML", "PutBucketOwnershipControls", **put)
    await s3("CreateBucket", Bucket="other", ObjectOwnership="ObjectWriter")
    assert await ownership(s3, "other") == "ObjectWriter"


async def ownership(s3, bucket):
    controls = await s3("GetBucketOwnershipControls", Bucket=bucket)
    return controls["OwnershipControls"]["Rules"][0]["ObjectOwnership"]


async def test_the_public_access_block(s3, bucket, refused):
    got = await s3("GetPublicAccessBlock", Bucket=bucket)
    assert set(got["PublicAccessBlockConfiguration"].values()) == {True}
    put = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
    await s3("PutPublicAccessBlock", Bucket=bucket, **put)
    got = (await s3("GetPublicAccessBlock", Bucket=bucket))["PublicAccessBlockConfiguration"]
    assert (got["BlockPublicAcls"], got["BlockPublicPolicy"]) == (True, False)
    await s3("DeletePublicAccessBlock", Bucket=bucket)
    await refused("NoSuchPublicAccessBlockConfiguration", "GetPublicAccessBlock", Bucket=bucket)


async def test_encryption(s3, bucket, refused):
    async def algorithm():
        got = await s3("GetBucketEncryption", Bucket=bucket)
        rule = got["ServerSideEncryptionConfiguration"]["Rules"][0]
        return rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], rule["BucketKeyEnabled"]

    def of(name, **more):
        default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": name}, **more}
        return {"Bucket": bucket, "ServerSideEncryptionConfiguration": {"Rules": [default]}}

    assert await algorithm() == ("AES256", False)
    await s3("PutBucketEncryption", **of("AES256", BucketKeyEnabled=True))
    assert await algorithm() == ("AES256", True)
    await refused("NotImplemented", "PutBucketEncryption", **of("aws:kms"))
    await s3("DeleteBucketEncryption", Bucket=bucket)
    assert await algorithm() == ("AES256", False)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("GetBucketPolicy", "NoSuchBucketPolicy"),
        ("GetBucketWebsite", "NoSuchWebsiteConfiguration"),
        ("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
        ("GetBucketReplication", "ReplicationConfigurationNotFoundError"),
        ("GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"),
    ],
)
async def test_what_is_never_set(s3, bucket, refused, operation, code):
    error = await refused(code, operation, Bucket=bucket)
    assert error.status == 404
    await refused("NoSuchBucket", operation, Bucket="absent")


async def test_cors_rules(s3, bucket, refused):
    def of(*rules):
        return {"Bucket": bucket, "CORSConfiguration": {"CORSRules": list(rules)}}

    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}
    put = "PutBucketCors"
    await refused("NoSuchCORSConfiguration", "GetBucketCors", Bucket=bucket)
    await refused("MalformedXML", put, **of())
    await refused("MalformedXML", put, **of(*[rule] * (limits.CORS_RULES + 1)))
    await refused("MalformedXML", put, **of({**rule, "AllowedOrigins": []}))
    await refused("MalformedXML", put, **of({**rule, "ID": "x" * 256}))
    await refused("InvalidRequest", put, **of({**rule, "AllowedMethods": ["OPTIONS"]}))
    await refused("InvalidRequest", put, **of({**rule, "AllowedOrigins": ["http://*.*"]}))
    await refused("InvalidRequest", put, **of({**rule, "ExposeHeaders": ["x-*"]}))
    await s3(put, **of(rule))
    await s3.reopen()
    assert json.dumps((await s3("GetBucketCors", Bucket=bucket))["CORSRules"]) == json.dumps([rule])
    await s3("DeleteBucketCors", Bucket=bucket)
    await refused("NoSuchCORSConfiguration", "GetBucketCors", Bucket=bucket)

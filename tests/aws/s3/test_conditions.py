"""Conditional requests, row by row. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html"""

from __future__ import annotations

import asyncio

import pytest

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3.rules import conditions

ETAG, MODIFIED = "abc", 1000
READS = [
    ({}, 200),
    ({"IfMatch": '"abc"'}, 200),
    ({"IfMatch": "abc"}, 200),
    ({"IfMatch": "*"}, 200),
    ({"IfMatch": '"x", "abc"'}, 200),
    ({"IfMatch": '"x"'}, 412),
    ({"IfNoneMatch": '"abc"'}, 304),
    ({"IfNoneMatch": 'W/"abc"'}, 304),
    ({"IfNoneMatch": "*"}, 304),
    ({"IfNoneMatch": '"x"'}, 200),
    ({"IfModifiedSince": 1000.0}, 304),
    ({"IfModifiedSince": 999.0}, 200),
    ({"IfUnmodifiedSince": 1000.0}, 200),
    ({"IfUnmodifiedSince": 999.0}, 412),
    # If-Match goes before If-Unmodified-Since, If-None-Match before If-Modified-Since.
    ({"IfMatch": '"abc"', "IfUnmodifiedSince": 1.0}, 200),
    ({"IfMatch": '"x"', "IfUnmodifiedSince": 2000.0}, 412),
    ({"IfNoneMatch": '"x"', "IfModifiedSince": 2000.0}, 200),
    ({"IfNoneMatch": '"abc"', "IfModifiedSince": 1.0}, 304),
    ({"IfMatch": '"abc"', "IfNoneMatch": '"abc"'}, 304),
    ({"IfMatch": '"x"', "IfNoneMatch": '"abc"'}, 412),
]


@pytest.mark.parametrize(("asked", "status"), READS)
async def test_reads(asked, status):
    try:
        found = 304 if conditions.check_read(asked, ETAG, MODIFIED) else 200
    except AwsError as error:
        found = error.status
    assert found == status


@pytest.mark.parametrize(("asked", "status"), READS)
async def test_sources_of_copies(asked, status):
    """The same table, where 304 is 412 too."""
    asked = {f"CopySource{name}": value for name, value in asked.items()}
    if status == 200:
        conditions.check_source(asked, ETAG, MODIFIED)
    else:
        with pytest.raises(AwsError, match="PreconditionFailed"):
            conditions.check_source(asked, ETAG, MODIFIED)


WRITES = [
    ({}, None, ""),
    ({"IfNoneMatch": "*"}, None, ""),
    ({"IfNoneMatch": "*"}, ETAG, "PreconditionFailed"),
    ({"IfMatch": '"abc"'}, ETAG, ""),
    ({"IfMatch": '"x"'}, ETAG, "PreconditionFailed"),
    ({"IfMatch": '"abc"'}, None, "NoSuchKey"),
]


@pytest.mark.parametrize(("asked", "etag", "code"), WRITES)
def test_writes(asked, etag, code):
    found = ""
    try:
        conditions.check_write(asked, "k", etag)
    except AwsError as error:
        found = error.code
    assert found == code


async def test_conditions_hold_for_every_way_to_write(s3, bucket, refused):
    name = {"Bucket": bucket, "Key": "k"}
    await s3("PutObject", **name, Body=b"1")
    upload = await s3("CreateMultipartUpload", **name)
    part = await s3("UploadPart", **name, UploadId=upload["UploadId"], PartNumber=1, Body=b"2")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    finish = {**name, "UploadId": upload["UploadId"], "MultipartUpload": parts}
    for wanted in ({"IfNoneMatch": "*"}, {"IfMatch": '"x"'}):
        await refused("PreconditionFailed", "PutObject", **name, Body=b"3", **wanted)
        await refused("PreconditionFailed", "PutObject", **name, Body=b"3" * 40_000, **wanted)
        await refused("PreconditionFailed", "CompleteMultipartUpload", **finish, **wanted)
        source = {"CopySource": f"{bucket}/k", "MetadataDirective": "REPLACE"}
        await refused("PreconditionFailed", "CopyObject", **name, **source, **wanted)
    assert (await s3("GetObject", **name))["Body"] == b"1"
    assert len(s3.files()) == 1
    for wrong in ({"IfNoneMatch": '"x"'}, {"IfNoneMatch": "*", "IfMatch": "x"}):
        await refused("NotImplemented", "PutObject", **name, Body=b"", **wrong)


async def test_one_of_many_wins(s3, bucket):
    puts = [
        s3("PutObject", Bucket=bucket, Key="k", Body=b"%d" % number, IfNoneMatch="*")
        for number in range(10)
    ]
    outcomes = await asyncio.gather(*puts, return_exceptions=True)
    assert sum(isinstance(outcome, dict) for outcome in outcomes) == 1


async def test_conditional_deletes(s3, bucket, refused):
    etag = (await s3("PutObject", Bucket=bucket, Key="k", Body=b"1"))["ETag"]
    await refused("PreconditionFailed", "DeleteObject", Bucket=bucket, Key="k", IfMatch='"x"')
    await refused("NotImplemented", "DeleteObject", Bucket=bucket, Key="k", IfMatchSize=1)
    many = {"Objects": [{"Key": "k", "ETag": '"x"'}, {"Key": "k", "ETag": etag}]}
    done = await s3("DeleteObjects", Bucket=bucket, Delete=many)
    assert [entry["Code"] for entry in done["Errors"]] == ["PreconditionFailed"]
    assert [entry["Key"] for entry in done["Deleted"]] == ["k"]
    for wanted in ("*", etag):
        await refused("NoSuchKey", "DeleteObject", Bucket=bucket, Key="k", IfMatch=wanted)
    of_version = {"IfMatch": etag, "VersionId": "null"}
    await refused("NotImplemented", "DeleteObject", Bucket=bucket, Key="k", **of_version)


async def test_an_unmodified_object_is_304(s3, bucket):
    etag = (await s3("PutObject", Bucket=bucket, Key="k", Body=b"1"))["ETag"]
    output = await s3.output("GetObject", Bucket=bucket, Key="k", IfNoneMatch=etag)
    assert output.status == 304
    assert output.members["ETag"] == etag
    assert "Body" not in output.members

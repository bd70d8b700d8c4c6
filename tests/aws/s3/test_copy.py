"""CopyObject: what is copied, what is said anew, and what may not be copied."""

from __future__ import annotations

import hashlib

import pytest

from homeport.aws.s3 import limits
from homeport.aws.s3.objects import source

SAID = {"Metadata": {"a": "1"}, "ContentType": "text/x", "CacheControl": "no-store"}


@pytest.fixture
async def copy(s3, bucket):
    async def copy(to="copy", of="bucket/k", **more):
        return await s3("CopyObject", Bucket=bucket, Key=to, CopySource=of, **more)

    return copy


@pytest.mark.parametrize("size", [10, limits.INLINE_SIZE + 1])
async def test_all_is_copied(s3, bucket, copy, size):
    put = await s3("PutObject", Bucket=bucket, Key="k", Body=b"x" * size, Tagging="t=1", **SAID)
    done = await copy()
    got = await s3("GetObject", Bucket=bucket, Key="copy", ChecksumMode="ENABLED")
    assert got["Body"] == b"x" * size
    assert {name: got[name] for name in SAID} == SAID
    assert got["TagCount"] == 1
    assert done["CopyObjectResult"]["ETag"] == put["ETag"]
    assert got["ChecksumCRC64NVME"] == put["ChecksumCRC64NVME"]
    await s3("DeleteObject", Bucket=bucket, Key="k")
    assert (await s3("GetObject", Bucket=bucket, Key="copy"))["Body"] == b"x" * size
    await s3("DeleteObject", Bucket=bucket, Key="copy")
    assert s3.files() == []


async def test_a_large_copy_shares_the_file(s3, bucket, copy):
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"x" * 100_000)
    await copy()
    assert len(s3.files()) == 1


async def test_directives(s3, bucket, copy, refused):
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"1", Tagging="t=1", **SAID)
    anew = {"MetadataDirective": "REPLACE", "Metadata": {"b": "2"}}
    await copy(**anew, TaggingDirective="REPLACE", Tagging="u=2&v=3")
    got = await s3("HeadObject", Bucket=bucket, Key="copy")
    assert (got["Metadata"], got["ContentType"]) == ({"b": "2"}, "binary/octet-stream")
    assert got["TagCount"] == 2
    await copy(Metadata={"ignored": "1"})
    assert (await s3("HeadObject", Bucket=bucket, Key="copy"))["Metadata"] == {"a": "1"}
    name = {"Bucket": bucket, "Key": "copy", "CopySource": "bucket/k"}
    await refused("InvalidArgument", "CopyObject", **name, MetadataDirective="KEEP")
    await refused("InvalidArgument", "CopyObject", **name, TaggingDirective="KEEP")


async def test_onto_itself(s3, bucket, copy, refused):
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"1", **SAID)
    itself = {"Bucket": bucket, "Key": "k", "CopySource": "bucket/k"}
    error = await refused("InvalidRequest", "CopyObject", **itself)
    assert error.message.startswith("This copy request is illegal because")
    await copy(to="k", StorageClass="STANDARD_IA")
    await copy(to="k", MetadataDirective="REPLACE", Metadata={"b": "2"})
    assert (await s3("GetObject", Bucket=bucket, Key="k"))["Metadata"] == {"b": "2"}


async def test_parts_become_one_piece(s3, bucket, copy):
    upload = await s3(
        "CreateMultipartUpload", Bucket=bucket, Key="k", ChecksumAlgorithm="CRC64NVME"
    )
    name = {"Bucket": bucket, "Key": "k", "UploadId": upload["UploadId"]}
    done = await s3("UploadPart", **name, PartNumber=1, Body=b"data")
    parts = {"Parts": [{"PartNumber": 1, "ETag": done["ETag"]}]}
    await s3("CompleteMultipartUpload", **name, MultipartUpload=parts)
    done = await copy(ChecksumAlgorithm="SHA1")
    assert done["CopyObjectResult"]["ETag"] == f'"{hashlib.md5(b"data").hexdigest()}"'
    assert done["CopyObjectResult"]["ChecksumSHA1"] == "oXyaqmHoChv3HQ2FCvTluqmAC70="
    asked = {"ObjectAttributes": ["ObjectParts", "ETag"]}
    assert "ObjectParts" not in await s3("GetObjectAttributes", Bucket=bucket, Key="copy", **asked)


async def test_versions_of_the_source(s3, bucket, copy, refused):
    wanted = {"Status": "Enabled"}
    await s3("PutBucketVersioning", Bucket=bucket, VersioningConfiguration=wanted)
    first = await s3("PutObject", Bucket=bucket, Key="k", Body=b"1")
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"2")
    done = await copy(of=f"bucket/k?versionId={first['VersionId']}")
    assert done["CopySourceVersionId"] == first["VersionId"]
    assert (await s3("GetObject", Bucket=bucket, Key="copy"))["Body"] == b"1"
    back = f"bucket/k?versionId={first['VersionId']}"
    await copy(to="k", of=back)
    assert (await s3("GetObject", Bucket=bucket, Key="k"))["Body"] == b"1"
    marker = await s3("DeleteObject", Bucket=bucket, Key="k")
    name = {"Bucket": bucket, "Key": "copy"}
    await refused("NoSuchKey", "CopyObject", **name, CopySource="bucket/k")
    for version, code in ((marker["VersionId"], "InvalidRequest"), ("?", "InvalidArgument")):
        gone = f"bucket/k?versionId={version}"
        await refused(code, "CopyObject", **name, CopySource=gone)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("b/k", ("b", "k", None)),
        ("/b/k", ("b", "k", None)),
        ("b/a%20b/%C3%A4", ("b", "a b/ä", None)),
        ("b%2Fk", ("b", "k", None)),
        ("b/k?versionId=null", ("b", "k", "null")),
        ("b/k?x", ("b", "k?x", None)),
        ("b//k", ("b", "/k", None)),
    ],
)
def test_addresses(text, address):
    assert source.parse(text) == address


@pytest.mark.parametrize("text", ["", "b", "b/", "/k", "b/%ff", "arn:aws:s3:x/k"])
async def test_addresses_that_are_none(s3, bucket, refused, text):
    await refused("InvalidArgument", "CopyObject", Bucket=bucket, Key="k", CopySource=text)


async def test_other_accounts_are_no_source(s3, bucket, refused):
    await s3("CreateBucket", Bucket="theirs", account="111111111111")
    await s3("PutObject", Bucket="theirs", Key="k", Body=b"1", account="111111111111")
    await refused("AccessDenied", "CopyObject", Bucket=bucket, Key="k", CopySource="theirs/k")

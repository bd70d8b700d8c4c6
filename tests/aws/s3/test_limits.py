"""Limits and wrong values of a single object."""

from __future__ import annotations

import pytest

from homeport.aws.s3 import limits
from homeport.aws.s3.rules import tags


@pytest.fixture
def put(bucket):
    return {"Bucket": bucket, "Key": "k", "Body": b""}


async def test_keys(s3, put, refused):
    put["Key"] = "ä" * (limits.KEY_SIZE // 2)
    await s3("PutObject", **put)
    for long in ("ä" * (limits.KEY_SIZE // 2 + 1), "a" * (limits.KEY_SIZE + 1)):
        error = await refused("KeyTooLongError", "PutObject", **{**put, "Key": long})
        assert error.fields["MaxSizeAllowed"] == "1024"
        await refused("KeyTooLongError", "GetObject", Bucket=put["Bucket"], Key=long)
    for operation in ("PutObject", "GetObject", "DeleteObject"):
        await refused("InvalidURI", operation, **{**put, "Key": "\ud800"})
    await refused("InvalidURI", "ListObjectsV2", Bucket=put["Bucket"], Prefix="\ud800")


async def test_keys_with_nul(s3, put):
    for key in ("a\0b", "a", "a\0"):
        await s3("PutObject", **{**put, "Key": key})
    page = await s3("ListObjectsV2", Bucket=put["Bucket"])
    assert [entry["Key"] for entry in page["Contents"]] == ["a", "a\0", "a\0b"]


async def test_metadata(s3, put, refused):
    await s3("PutObject", **put, Metadata={"n": "x" * (limits.METADATA_SIZE - 1)})
    wrong = {"Metadata": {"n": "x" * limits.METADATA_SIZE}}
    error = await refused("MetadataTooLarge", "PutObject", **put, **wrong)
    assert error.fields["Size"] == "2049"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"StorageClass": "COLD"}, "InvalidStorageClass"),
        ({"StorageClass": "GLACIER"}, "NotImplemented"),
        ({"ServerSideEncryption": "aws:kms"}, "NotImplemented"),
        ({"ServerSideEncryption": "rot13"}, "InvalidArgument"),
        ({"SSECustomerAlgorithm": "AES256"}, "NotImplemented"),
        ({"ObjectLockMode": "GOVERNANCE"}, "InvalidRequest"),
        ({"WebsiteRedirectLocation": "ftp://x"}, "InvalidRedirectLocation"),
        ({"WriteOffsetBytes": 1}, "NotImplemented"),
        ({"ChecksumAlgorithm": "CRC32"}, "InvalidRequest"),
        ({"Tagging": "a=1&a=2"}, "InvalidArgument"),
        ({"Tagging": "=1"}, "InvalidArgument"),
        ({"Tagging": "a=%ff"}, "InvalidArgument"),
        ({"Tagging": "aws:a=1"}, "InvalidTag"),
        ({"Tagging": "a=1&=&b=2"}, "InvalidArgument"),
        ({"Tagging": "&".join(f"k{number}=v" for number in range(11))}, "BadRequest"),
    ],
)
async def test_what_is_refused(s3, put, refused, wrong, code):
    await refused(code, "PutObject", **put, **wrong)
    upload = {name: value for name, value in wrong.items() if name != "WriteOffsetBytes"}
    if upload and "ChecksumAlgorithm" not in wrong:
        await refused(code, "CreateMultipartUpload", Bucket=put["Bucket"], Key="k", **upload)


async def test_a_tag_may_be_its_key_alone(s3, put):
    await s3("PutObject", **put, Tagging="foo=bar&bar")
    tags = (await s3("GetObjectTagging", Bucket=put["Bucket"], Key=put["Key"]))["TagSet"]
    assert tags == [{"Key": "foo", "Value": "bar"}, {"Key": "bar", "Value": ""}]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([("a", "x" * limits.TAG_VALUE)], ""),
        ([("a" * limits.TAG_KEY, "")], ""),
        ([("Ä ö_.:/=+-@", "")], ""),
        ([("a", "x" * (limits.TAG_VALUE + 1))], "InvalidTag"),
        ([("a" * (limits.TAG_KEY + 1), "")], "InvalidTag"),
        ([("", "")], "InvalidTag"),
        ([("a?", "")], "InvalidTag"),
        ([("AWS:a", "")], "InvalidTag"),
        ([("a", ""), ("a", "")], "InvalidTag"),
    ],
)
async def test_tags(s3, put, refused, given, code):
    await s3("PutObject", **put)
    tagging = {"TagSet": [{"Key": key, "Value": value} for key, value in given]}
    name = {"Bucket": put["Bucket"], "Key": "k"}
    if code:
        await refused(code, "PutObjectTagging", **name, Tagging=tagging)
        return
    await s3("PutObjectTagging", **name, Tagging=tagging)
    assert (await s3("GetObjectTagging", **name))["TagSet"] == tagging["TagSet"]


def test_tags_of_a_header():
    assert tags.read(tags.from_header("a=1&b%20c=%C3%A4&d=")) == [
        {"Key": "a", "Value": "1"},
        {"Key": "b c", "Value": "ä"},
        {"Key": "d", "Value": ""},
    ]


async def test_aws_chunked_is_no_coding_of_the_object(s3, put):
    for given, kept in (("aws-chunked", None), ("gzip,aws-chunked", "gzip"), ("br", "br")):
        await s3("PutObject", **put, ContentEncoding=given)
        got = await s3("HeadObject", Bucket=put["Bucket"], Key="k")
        assert got.get("ContentEncoding") == kept


async def test_overrides(s3, put):
    await s3("PutObject", **put)
    asked = {"ResponseContentType": "text/x", "ResponseExpires": "0"}
    got = await s3("GetObject", Bucket=put["Bucket"], Key="k", **asked)
    assert (got["ContentType"], got["Expires"]) == ("text/x", "0")


async def test_every_answer_says_how_it_is_encrypted(s3, put):
    assert (await s3("PutObject", **put, ServerSideEncryption="AES256"))[
        "ServerSideEncryption"
    ] == "AES256"
    got = await s3("HeadObject", Bucket=put["Bucket"], Key="k")
    assert got["ServerSideEncryption"] == "AES256"


async def test_deleting_many_has_a_limit(s3, bucket, refused):
    def of(count):
        return {"Bucket": bucket, "Delete": {"Objects": [{"Key": str(n)} for n in range(count)]}}

    await refused("MalformedXML", "DeleteObjects", **of(limits.DELETE_KEYS + 1))
    await refused("MalformedXML", "DeleteObjects", **of(0))
    assert len((await s3("DeleteObjects", **of(limits.DELETE_KEYS)))["Deleted"]) == 1000
    quiet = of(2)
    quiet["Delete"]["Quiet"] = True
    quiet["Delete"]["Objects"].append({"Key": "x" * 1025})
    done = await s3("DeleteObjects", **quiet)
    assert done["Deleted"] == []
    assert [entry["Code"] for entry in done["Errors"]] == ["KeyTooLongError"]

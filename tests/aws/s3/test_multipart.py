"""Uploads in parts: order, sizes, digests, pages, and what may be asked again."""

from __future__ import annotations

import base64
import hashlib
import zlib

import pytest

from homeport.aws.s3 import limits
from homeport.aws.signing import checks, payload
from homeport.edge import http

MIB = 1024 * 1024
BIG = 5 * MIB


class Upload:
    """An upload of the key `k`, and what its parts answered."""

    def __init__(self, s3, upload):
        self.s3, self.id = s3, upload["UploadId"]
        self.name = {"Bucket": "bucket", "Key": "k", "UploadId": self.id}
        self.parts = []

    async def part(self, number, data, algorithm=None):
        body = data
        if algorithm is not None:
            value = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
            headers = {f"x-amz-checksum-{algorithm}": value}
            expected = checks.of(headers, is_flexible=True, is_required=False)
            body = payload.Payload(http.BytesBody(data), expected)
        done = await self.s3("UploadPart", **self.name, PartNumber=number, Body=body)
        kept = {name: value for name, value in done.items() if name.startswith("Checksum")}
        self.parts.append({"PartNumber": number, "ETag": done["ETag"], **kept})
        return done

    def finish(self, **more):
        return {**self.name, "MultipartUpload": {"Parts": self.parts}, **more}


@pytest.fixture
def begin(s3, bucket):
    async def begin(**more):
        return Upload(s3, await s3("CreateMultipartUpload", Bucket=bucket, Key="k", **more))

    return begin


async def test_all_but_the_last_part_have_a_minimum(begin, refused):
    upload = await begin()
    await upload.part(1, b"small")
    await upload.part(2, b"last")
    error = await refused("EntityTooSmall", "CompleteMultipartUpload", **upload.finish())
    assert error.fields["PartNumber"] == "1"
    assert error.fields["MinSizeAllowed"] == str(BIG)


async def test_parts_are_in_order_and_known(begin, refused):
    upload = await begin()
    await upload.part(2, b"x")
    finish = "CompleteMultipartUpload"
    part = upload.parts[0]
    twice = {"Parts": [part, part]}
    await refused("InvalidPartOrder", finish, **upload.name, MultipartUpload=twice)
    for wrong in ({"PartNumber": 1}, {"ETag": '"0"'}, {"ChecksumCRC32": "AAAAAA=="}):
        parts = {"Parts": [{**part, **wrong}]}
        await refused("InvalidPart", finish, **upload.name, MultipartUpload=parts)
    await refused("MalformedXML", finish, **upload.name, MultipartUpload={"Parts": []})
    await refused("MalformedXML", finish, **upload.name, MultipartUpload={"Parts": [{"ETag": "a"}]})
    await refused("InvalidRequest", finish, **upload.name)
    await refused("InvalidRequest", finish, **upload.finish(MpuObjectSize=2))


async def test_part_numbers_have_bounds(begin, refused):
    upload = await begin()
    for number in (0, limits.PARTS + 1):
        await refused("InvalidArgument", "UploadPart", **upload.name, PartNumber=number, Body=b"")


async def test_an_upload_that_is_none(s3, bucket, refused):
    name = {"Bucket": bucket, "Key": "k", "UploadId": "none"}
    await refused("NoSuchUpload", "UploadPart", **name, PartNumber=1, Body=b"")
    await refused("NoSuchUpload", "ListParts", **name)
    await refused("NoSuchUpload", "AbortMultipartUpload", **name)
    parts = {"Parts": [{"PartNumber": 1, "ETag": "a"}]}
    await refused("NoSuchUpload", "CompleteMultipartUpload", **name, MultipartUpload=parts)


async def test_asked_again_it_answers_the_same(s3, begin, clock, refused):
    upload = await begin()
    await upload.part(1, b"data")
    first = await s3("CompleteMultipartUpload", **upload.finish())
    assert await s3("CompleteMultipartUpload", **upload.finish()) == first
    await s3.reopen()
    assert await s3("CompleteMultipartUpload", **upload.finish()) == first
    other = upload.finish(MultipartUpload={"Parts": [{"PartNumber": 2, "ETag": "a"}]})
    await refused("NoSuchUpload", "CompleteMultipartUpload", **other)
    await clock.advance(limits.COMPLETED_S + 1)
    again = await begin()
    await again.part(1, b"data")
    await s3("CompleteMultipartUpload", **again.finish())
    await refused("NoSuchUpload", "CompleteMultipartUpload", **upload.finish())


async def test_a_part_is_replaced(s3, begin):
    upload = await begin()
    await upload.part(1, b"first")
    upload.parts.clear()
    await upload.part(1, b"second")
    assert len(s3.files()) == 1
    await s3("CompleteMultipartUpload", **upload.finish())
    assert (await s3("GetObject", Bucket="bucket", Key="k"))["Body"] == b"second"


async def test_parts_that_are_not_named_are_dropped(s3, begin):
    upload = await begin()
    await upload.part(1, b"kept")
    await s3("UploadPart", **upload.name, PartNumber=7, Body=b"dropped")
    await s3("CompleteMultipartUpload", **upload.finish())
    assert len(s3.files()) == 1


async def test_an_empty_part(s3, begin):
    upload = await begin()
    await upload.part(1, b"")
    await s3("CompleteMultipartUpload", **upload.finish())
    for asked in ({}, {"PartNumber": 1}):
        assert (await s3("GetObject", Bucket="bucket", Key="k", **asked))["Body"] == b""


async def test_what_was_said_at_the_begin_is_kept(s3, begin):
    said = {"Metadata": {"a": "b"}, "ContentType": "text/x", "StorageClass": "STANDARD_IA"}
    upload = await begin(**said, Tagging="t=1")
    await upload.part(1, b"data")
    await s3("CompleteMultipartUpload", **upload.finish())
    got = await s3("HeadObject", Bucket="bucket", Key="k")
    assert {name: got[name] for name in said} == said
    assert got["TagCount"] == 1


async def test_a_crc_of_the_whole_is_combined(s3, begin, refused):
    data = [b"a" * BIG, b"b" * (BIG + 3), b"c"]
    whole = base64.b64encode(zlib.crc32(b"".join(data)).to_bytes(4, "big")).decode()
    upload = await begin(ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    for number, piece in enumerate(data, start=1):
        await upload.part(number, piece)
    wrong = upload.finish(ChecksumCRC32="AAAAAA==")
    await refused("BadDigest", "CompleteMultipartUpload", **wrong)
    done = await s3("CompleteMultipartUpload", **upload.finish(ChecksumCRC32=whole))
    assert (done["ChecksumCRC32"], done["ChecksumType"]) == (whole, "FULL_OBJECT")
    asked = {"Bucket": "bucket", "Key": "k"}
    part = await s3("GetObject", **asked, PartNumber=2, ChecksumMode="ENABLED")
    assert "ChecksumCRC32" not in part
    got = await s3("GetObjectAttributes", **asked, ObjectAttributes=["ObjectParts"])
    assert got["ObjectParts"] == {"TotalPartsCount": 3}


async def test_without_a_declaration_s3_computes_its_own(s3, begin):
    upload = await begin()
    for number, piece in ((1, b"a" * BIG), (2, b"b")):
        await upload.part(number, piece)
    done = await s3("CompleteMultipartUpload", **upload.finish())
    whole = await s3("PutObject", Bucket="bucket", Key="same", Body=b"a" * BIG + b"b")
    assert done["ChecksumCRC64NVME"] == whole["ChecksumCRC64NVME"]
    assert done["ChecksumType"] == "FULL_OBJECT"


async def test_a_composite_needs_every_part_s(s3, begin, refused):
    upload = await begin(ChecksumAlgorithm="SHA256")
    await refused("InvalidRequest", "UploadPart", **upload.name, PartNumber=1, Body=b"bare")
    with pytest.raises(
        Exception, match="expected checksum Type: sha256, actual checksum Type: sha1"
    ):
        await upload.part(1, b"data", "sha1")
    await upload.part(1, b"data", "sha256")
    bare = {"Parts": [{name: upload.parts[0][name] for name in ("PartNumber", "ETag")}]}
    error = await refused(
        "InvalidRequest", "CompleteMultipartUpload", **upload.name, MultipartUpload=bare
    )
    assert "missing for part 1" in error.message
    done = await s3("CompleteMultipartUpload", **upload.finish())
    digest = hashlib.sha256(hashlib.sha256(b"data").digest()).digest()
    assert done["ChecksumSHA256"] == f"{base64.b64encode(digest).decode()}-1"


async def test_parts_of_a_composite_have_no_gaps(begin, refused):
    upload = await begin(ChecksumAlgorithm="SHA256")
    await upload.part(2, b"data", "sha256")
    await refused("InvalidPartOrder", "CompleteMultipartUpload", **upload.finish())


@pytest.mark.parametrize(
    "wrong",
    [
        {"ChecksumAlgorithm": "SHA256", "ChecksumType": "FULL_OBJECT"},
        {"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "COMPOSITE"},
        {"ChecksumType": "COMPOSITE"},
        {"ChecksumAlgorithm": "MD4"},
    ],
)
async def test_declarations_that_cannot_be(s3, bucket, refused, wrong):
    await refused("InvalidRequest", "CreateMultipartUpload", Bucket=bucket, Key="k", **wrong)


async def test_pages_of_parts(s3, begin):
    upload = await begin()
    for number in (1, 5, 9):
        await upload.part(number, b"x")
    page = await s3("ListParts", **upload.name, MaxParts=2)
    assert [part["PartNumber"] for part in page["Parts"]] == [1, 5]
    assert (page["IsTruncated"], page["NextPartNumberMarker"]) == (True, 5)
    page = await s3("ListParts", **upload.name, PartNumberMarker=5)
    assert [part["PartNumber"] for part in page["Parts"]] == [9]
    assert not page["IsTruncated"]


async def test_pages_of_uploads(s3, bucket, clock):
    started = []
    for key in ("b", "a", "d/1", "d/2", "b"):
        upload = await s3("CreateMultipartUpload", Bucket=bucket, Key=key)
        started.append((key, upload["UploadId"]))
        await clock.advance(1)
    seen, marker = [], {}
    while True:
        page = await s3("ListMultipartUploads", Bucket=bucket, MaxUploads=1, **marker)
        seen += [(each["Key"], each["UploadId"]) for each in page["Uploads"]]
        if not page["IsTruncated"]:
            break
        marker = {
            "KeyMarker": page["NextKeyMarker"],
            "UploadIdMarker": page["NextUploadIdMarker"],
        }
    assert seen == sorted(started, key=lambda each: (each[0], started.index(each)))
    page = await s3("ListMultipartUploads", Bucket=bucket, Delimiter="/", KeyMarker="b")
    assert [each["Prefix"] for each in page["CommonPrefixes"]] == ["d/"]


async def test_a_bucket_takes_its_uploads_with_it(s3, begin):
    upload = await begin()
    await upload.part(1, b"x" * 50_000)
    await s3("DeleteBucket", Bucket="bucket")
    assert s3.files() == []


async def test_parts_out_of_objects(s3, begin, refused):
    small, large = b"small" * 10, bytes(range(256)) * 40_000
    await s3("PutObject", Bucket="bucket", Key="small", Body=small)
    await s3("PutObject", Bucket="bucket", Key="large", Body=large)
    upload = await begin()
    name = upload.name
    span = {"CopySource": "bucket/large", "CopySourceRange": f"bytes=100-{BIG + 200}"}
    first = await s3("UploadPartCopy", **name, PartNumber=1, **span)
    second = await s3("UploadPartCopy", **name, PartNumber=2, CopySource="bucket/large")
    third = await s3("UploadPartCopy", **name, PartNumber=3, CopySource="/bucket/small")
    parts = [
        {"PartNumber": number, "ETag": done["CopyPartResult"]["ETag"]}
        for number, done in enumerate((first, second, third), start=1)
    ]
    await s3("CompleteMultipartUpload", **name, MultipartUpload={"Parts": parts})
    wanted = large[100 : BIG + 201] + large + small
    assert (await s3("GetObject", Bucket="bucket", Key="k"))["Body"] == wanted
    assert len(s3.files()) == 2
    await s3("DeleteObject", Bucket="bucket", Key="large")
    got = await s3("GetObject", Bucket="bucket", Key="k", Range=f"bytes={BIG}-{BIG + 300}")
    assert got["Body"] == wanted[BIG : BIG + 301]
    upload = await begin()
    past = {"CopySource": "bucket/small", "CopySourceRange": "bytes=0-50"}
    await refused("InvalidArgument", "UploadPartCopy", **upload.name, PartNumber=1, **past)

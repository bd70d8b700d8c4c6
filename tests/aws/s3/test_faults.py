"""What goes wrong in the middle: cut uploads, full quotas, files that are read while they are deleted."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest
from tests.aws.s3.conftest import read

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3 import limits
from homeport.aws.s3.objects import source
from homeport.aws.s3.store import bodies
from homeport.aws.signing import checks, payload
from homeport.edge import http
from homeport.errors import StorageFull
from homeport.storage.content import Content
from homeport.storage.quota import Quota

SIZE = 100_000


class Cut(http.BytesBody):
    """A body whose connection ends after the first half."""

    def peek(self):
        return None

    async def read(self, limit):
        raise http.ClientGone("gone")

    async def __aiter__(self):
        yield self._data[: len(self._data) // 2]
        raise http.ClientGone("gone")


class Short(Cut):
    """A body that ends before its Content-Length, without an error."""

    async def __aiter__(self):
        yield self._data[: len(self._data) // 2]


async def nothing_is_left(s3):
    listed = await s3("ListObjectsV2", Bucket="bucket")
    assert listed["KeyCount"] == 0
    assert s3.files() == []
    assert s3.s3.db.query("SELECT * FROM bodies") == []


@pytest.mark.parametrize("size", [100, SIZE])
async def test_a_cut_upload_leaves_nothing(s3, bucket, size):
    with pytest.raises(http.ClientGone):
        await s3("PutObject", Bucket=bucket, Key="k", Body=Cut(b"x" * size))
    await nothing_is_left(s3)


async def test_a_short_upload_leaves_nothing(s3, bucket, refused):
    await refused("IncompleteBody", "PutObject", Bucket=bucket, Key="k", Body=Short(b"x" * SIZE))
    await nothing_is_left(s3)


@pytest.mark.parametrize("size", [100, SIZE])
async def test_a_wrong_checksum_leaves_nothing(s3, bucket, refused, size):
    headers = {"x-amz-checksum-crc32": "AAAAAA=="}
    expected = checks.of(headers, is_flexible=True, is_required=False)
    body = payload.Payload(http.BytesBody(b"x" * size), expected)
    await refused("BadDigest", "PutObject", Bucket=bucket, Key="k", Body=body)
    await nothing_is_left(s3)


async def test_a_cancelled_upload_leaves_nothing(s3, bucket):
    class Endless(Cut):
        async def __aiter__(self):
            yield b"x" * 1000
            await asyncio.Event().wait()

    task = asyncio.create_task(s3("PutObject", Bucket=bucket, Key="k", Body=Endless(b"x" * SIZE)))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await nothing_is_left(s3)


async def test_a_full_quota_refuses_and_keeps_the_rest(s3, bucket):
    s3.s3.content = Content(s3.folder / "s3", quota=Quota(150_000, 0))
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"x" * SIZE)
    with pytest.raises(StorageFull):
        await s3("PutObject", Bucket=bucket, Key="k2", Body=b"x" * SIZE)
    assert len((await s3("GetObject", Bucket=bucket, Key="k"))["Body"]) == SIZE
    await s3("DeleteObject", Bucket=bucket, Key="k")
    await s3("PutObject", Bucket=bucket, Key="k2", Body=b"x" * SIZE)


async def test_too_large_is_refused_before_it_is_read(s3, bucket, refused):
    class Announced(http.BytesBody):
        length = limits.PUT_SIZE + 1

        def peek(self):
            return None

    await refused("EntityTooLarge", "PutObject", Bucket=bucket, Key="k", Body=Announced())
    Announced.length = None
    await refused("MissingContentLength", "PutObject", Bucket=bucket, Key="k", Body=Announced())


@pytest.mark.parametrize("operation", ["PutObject", "DeleteObject", "CopyObject"])
async def test_a_read_under_way_keeps_its_bytes(s3, bucket, operation):
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"old" * SIZE)
    await s3("PutObject", Bucket=bucket, Key="other", Body=b"other")
    output = await s3.output("GetObject", Bucket=bucket, Key="k")
    more = {"PutObject": {"Body": b"new"}, "CopyObject": {"CopySource": f"{bucket}/other"}}
    await s3(operation, Bucket=bucket, Key="k", **more.get(operation, {}))
    assert b"".join(read(part) for part in output.members["Body"]) == b"old" * SIZE
    output.on_end()
    await asyncio.sleep(0.05)
    assert s3.files() == []


def overwrite_by_hand(s3):
    """Commits, from beside the service, that there is no object any more."""
    connection = sqlite3.connect(s3.s3.db.path)
    with connection:
        connection.execute("DELETE FROM segments")
        connection.execute("DELETE FROM objects")
    connection.close()


@pytest.mark.parametrize("operation", ["GetObject", "CopyObject"])
async def test_a_commit_between_two_reads_is_not_seen(s3, bucket, monkeypatch, operation):
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"x" * SIZE)
    segments, lengths = bodies.segments, []

    def after_a_commit(*arguments):
        overwrite_by_hand(s3)
        found = segments(*arguments)
        lengths.append(sum(segment.length for segment in found))
        return found

    monkeypatch.setattr(bodies, "segments", after_a_commit)
    if operation == "GetObject":
        assert (await s3("GetObject", Bucket=bucket, Key="k"))["Body"] == b"x" * SIZE
    else:
        with pytest.raises(AwsError, match="NoSuchKey"):
            await s3("CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")
    assert lengths == [SIZE]


async def test_a_copy_whose_source_is_replaced_copies_the_new_one(s3, bucket, monkeypatch):
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"old" * SIZE)
    digest = source.digest
    replaced = []

    async def replace_first(engine, taken, hashers):
        if not replaced:
            replaced.append(True)
            await s3("PutObject", Bucket=bucket, Key="k", Body=b"new" * SIZE)
        await digest(engine, taken, hashers)

    monkeypatch.setattr(source, "digest", replace_first)
    wanted = {"CopySource": f"{bucket}/k", "ChecksumAlgorithm": "SHA256"}
    await s3("CopyObject", Bucket=bucket, Key="copy", **wanted)
    assert replaced
    assert (await s3("GetObject", Bucket=bucket, Key="copy"))["Body"] == b"new" * SIZE
    assert len(s3.files()) == 1


async def test_a_part_of_an_aborted_upload_is_refused(s3, bucket):
    upload = await s3("CreateMultipartUpload", Bucket=bucket, Key="k")
    name = {"Bucket": bucket, "Key": "k", "UploadId": upload["UploadId"]}

    class Slow(Cut):
        async def __aiter__(self):
            yield self._data
            await s3("AbortMultipartUpload", **name)

    with pytest.raises(AwsError, match="NoSuchUpload"):
        await s3("UploadPart", **name, PartNumber=1, Body=Slow(b"x" * SIZE))
    await nothing_is_left(s3)


async def test_a_bucket_that_goes_away_takes_no_object(s3, bucket):
    class Slow(Cut):
        async def __aiter__(self):
            yield self._data
            await s3("DeleteBucket", Bucket=bucket)

    with pytest.raises(AwsError, match="NoSuchBucket"):
        await s3("PutObject", Bucket=bucket, Key="k", Body=Slow(b"x" * SIZE))
    assert s3.files() == []


async def test_the_start_sweeps_what_no_row_names(s3, bucket):
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"x" * SIZE)
    left = s3.s3.content.stage()
    await left.write(b"left")
    await left.publish()
    await s3.s3.content.stage().write(b"half")
    await s3.reopen()
    assert len(s3.files()) == 1
    assert len((await s3("GetObject", Bucket=bucket, Key="k"))["Body"]) == SIZE

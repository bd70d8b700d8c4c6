"""What counts against the quota: content files and small bodies, from the first request after a start on."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.aws.s3.conftest import Direct

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3 import operations
from homeport.clock import VirtualClock
from homeport.errors import StorageFull
from homeport.storage.quota import Quota

SMALL, LARGE = 1_000, 50_000
"""One inline, one in a file."""


class Counted(Direct):
    """A service with a quota, which is a new one each time it is opened."""

    limit: int | None = None

    def open(self):
        self.quota = Quota(self.limit)
        self.s3 = operations.S3.open(self.folder, self.clock, self.ids, self.quota)
        self.service = operations.service(self.s3)

    def taken(self):
        """What files and small bodies take in fact."""
        on_disk = sum(path.stat().st_size for path in self.files())
        with sqlite3.connect(self.folder / "s3.db") as connection:
            (inline,) = connection.execute("SELECT sum(length(data)) FROM bodies").fetchone()
        connection.close()
        return on_disk + (inline or 0)


@pytest.fixture
async def counted(tmp_path):
    made = Counted(tmp_path / "cloud", VirtualClock())
    await made("CreateBucket", Bucket="bkt")
    yield made
    await made.s3.close()


async def limited(counted, limit):
    counted.limit = limit
    await counted.s3.close()
    counted.open()


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_start_with_a_nearly_full_quota_refuses_what_does_not_fit_at_once(counted, size):
    for number in range(9):
        await counted("PutObject", Bucket="bkt", Key=str(number), Body=b"x" * size)
    await limited(counted, 10 * size)
    assert counted.quota.used == 9 * size
    await counted("PutObject", Bucket="bkt", Key="9", Body=b"x" * size)
    with pytest.raises(StorageFull):
        await counted("PutObject", Bucket="bkt", Key="10", Body=b"x" * size)
    await counted("DeleteObject", Bucket="bkt", Key="9")
    await counted("PutObject", Bucket="bkt", Key="10", Body=b"x" * size)


async def test_a_file_of_which_only_a_part_is_named_counts_whole(counted):
    await counted("PutObject", Bucket="bkt", Key="k", Body=b"x" * LARGE)
    upload = await counted("CreateMultipartUpload", Bucket="bkt", Key="c")
    await counted(
        "UploadPartCopy",
        Bucket="bkt",
        Key="c",
        UploadId=upload["UploadId"],
        PartNumber=1,
        CopySource="bkt/k",
        CopySourceRange="bytes=10-19",
    )
    await counted("DeleteObject", Bucket="bkt", Key="k")
    await limited(counted, None)
    assert counted.quota.used == LARGE == counted.taken()
    await counted("AbortMultipartUpload", Bucket="bkt", Key="c", UploadId=upload["UploadId"])
    assert counted.quota.used == 0 == counted.taken()


STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from("kl"), st.sampled_from([0, 1, SMALL, LARGE])),
    st.tuples(st.just("copy"), st.sampled_from("kl"), st.sampled_from("kl")),
    st.tuples(st.just("delete"), st.sampled_from("kl")),
    st.tuples(st.just("upload"), st.sampled_from("kl"), st.sampled_from([1, SMALL, LARGE])),
    st.tuples(st.just("abort"), st.sampled_from("kl")),
    st.tuples(st.just("version"), st.sampled_from(["Enabled", "Suspended"])),
    st.tuples(st.just("restart")),
)


class Story:
    """Steps of a random history, each of which may be refused."""

    def __init__(self, counted):
        self.counted = counted

    async def put(self, key, size):
        await self.counted("PutObject", Bucket="bkt", Key=key, Body=b"x" * size)

    async def copy(self, key, source):
        await self.counted("CopyObject", Bucket="bkt", Key=key, CopySource=f"bkt/{source}")

    async def delete(self, key):
        await self.counted("DeleteObject", Bucket="bkt", Key=key)

    async def _begin(self, key, size):
        upload = (await self.counted("CreateMultipartUpload", Bucket="bkt", Key=key))["UploadId"]
        name = {"Bucket": "bkt", "Key": key, "UploadId": upload}
        for _ in range(2):
            part = await self.counted("UploadPart", **name, PartNumber=1, Body=b"x" * size)
        return name, [{"PartNumber": 1, "ETag": part["ETag"]}]

    async def upload(self, key, size):
        name, parts = await self._begin(key, size)
        await self.counted("CompleteMultipartUpload", **name, MultipartUpload={"Parts": parts})

    async def abort(self, key):
        name, _ = await self._begin(key, LARGE)
        await self.counted("AbortMultipartUpload", **name)

    async def version(self, status):
        await self.counted(
            "PutBucketVersioning", Bucket="bkt", VersioningConfiguration={"Status": status}
        )

    async def restart(self):
        await self.counted.reopen()


@given(st.lists(STEPS, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
async def test_what_is_counted_is_what_is_there(tmp_path_factory, steps):
    counted = Counted(tmp_path_factory.mktemp("cloud"), VirtualClock())
    await counted("CreateBucket", Bucket="bkt")
    story = Story(counted)
    try:
        for name, *values in steps:
            try:
                await getattr(story, name)(*values)
            except AwsError:
                continue
            assert counted.quota.used == counted.taken()
        await counted.reopen()
        assert counted.quota.used == counted.taken()
    finally:
        await counted.s3.close()

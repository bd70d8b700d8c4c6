"""Random histories against a dictionary: puts, deletes, copies, parts, versioning, and stops in between."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.aws.s3.conftest import Direct
from tests.aws.s3.model import Model

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3 import limits
from homeport.clock import VirtualClock

KEYS = st.sampled_from(["b/c", "ä"])
SIZES = st.sampled_from([0, 7, limits.INLINE_SIZE, limits.INLINE_SIZE + 1, 70_000])
PUT = st.tuples(st.just("put"), KEYS, SIZES)
DELETE = st.tuples(st.just("delete"), KEYS)
DELETE_VERSION = st.tuples(st.just("delete_version"), KEYS, st.integers(0, 2))
VERSIONING = st.tuples(st.just("versioning"), st.sampled_from(["Enabled", "Suspended"]))
OTHERS = st.one_of(
    st.tuples(st.just("delete_many"), st.lists(KEYS, min_size=1, max_size=4)),
    st.tuples(st.just("copy"), KEYS, KEYS),
    st.tuples(st.just("parts"), KEYS, st.lists(SIZES, min_size=1, max_size=3)),
    st.tuples(st.just("abort"), KEYS, SIZES),
    st.tuples(st.just("restart")),
)
STEP = st.one_of(PUT, DELETE, DELETE_VERSION, VERSIONING, OTHERS)
STEPS = st.builds(
    lambda first, steps: [*first, *steps],
    st.lists(VERSIONING, max_size=1),
    st.lists(STEP, min_size=8, max_size=30),
)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(limits, "PART_SIZE_MIN", 0)


@quick
@given(STEPS)
def test_the_service_is_a_dictionary(steps):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), steps))


async def play(folder, steps):
    player = Player(Direct(folder, VirtualClock()))
    await player.s3("CreateBucket", Bucket="bucket")
    for name, *arguments in steps:
        await getattr(player, name)(*arguments)
        await player.compare()
    await player.restart()
    await player.compare()
    await player.s3.s3.close()


class Player:
    """Does each step to the service and to the model."""

    def __init__(self, s3):
        self.s3, self.model, self.count = s3, Model(), 0

    def data(self, size):
        self.count += 1
        return hashlib.shake_256(f"{self.count}".encode()).digest(size)

    async def put(self, key, size):
        data = self.data(size)
        done = await self.s3("PutObject", Bucket="bucket", Key=key, Body=data)
        self.model.put(key, data, done.get("VersionId"))

    async def delete(self, key):
        done = await self.s3("DeleteObject", Bucket="bucket", Key=key)
        assert done.get("DeleteMarker", False) == bool(self.model.versioning)
        self.model.delete(key, marker=done.get("VersionId"))

    async def delete_version(self, key, index):
        entries = self.model.keys.get(key) or []
        version = entries[index].version if index < len(entries) else "null"
        await self.s3("DeleteObject", Bucket="bucket", Key=key, VersionId=version)
        self.model.delete(key, version=version)

    async def delete_many(self, keys):
        asked = {"Objects": [{"Key": key} for key in keys]}
        done = await self.s3("DeleteObjects", Bucket="bucket", Delete=asked)
        assert not done["Errors"]
        for entry in done["Deleted"]:
            self.model.delete(entry["Key"], marker=entry.get("DeleteMarkerVersionId"))

    async def copy(self, source, key):
        entry = self.model.current(source)
        wanted = {"CopySource": f"bucket/{source}", "MetadataDirective": "REPLACE"}
        if entry is None:
            with pytest.raises(AwsError, match="NoSuchKey"):
                await self.s3("CopyObject", Bucket="bucket", Key=key, **wanted)
            return
        done = await self.s3("CopyObject", Bucket="bucket", Key=key, **wanted)
        self.model.put(key, entry.data, done.get("VersionId"))
        assert done["CopyObjectResult"]["ETag"] == f'"{self.model.current(key).etag}"'

    async def parts(self, key, sizes):
        upload = await self.s3("CreateMultipartUpload", Bucket="bucket", Key=key)
        name = {"Bucket": "bucket", "Key": key, "UploadId": upload["UploadId"]}
        pieces, parts = [self.data(size) for size in sizes], []
        for number, piece in enumerate(pieces, start=1):
            done = await self.s3("UploadPart", **name, PartNumber=number * 2, Body=piece)
            parts.append({"PartNumber": number * 2, "ETag": done["ETag"]})
        done = await self.s3("CompleteMultipartUpload", **name, MultipartUpload={"Parts": parts})
        digests = b"".join(hashlib.md5(piece).digest() for piece in pieces)
        etag = f"{hashlib.md5(digests).hexdigest()}-{len(pieces)}"
        assert done["ETag"] == f'"{etag}"'
        self.model.put(key, b"".join(pieces), done.get("VersionId"), etag)

    async def abort(self, key, size):
        upload = await self.s3("CreateMultipartUpload", Bucket="bucket", Key=key)
        name = {"Bucket": "bucket", "Key": key, "UploadId": upload["UploadId"]}
        for data in (self.data(size), self.data(size)):
            await self.s3("UploadPart", **name, PartNumber=1, Body=data)
        await self.s3("AbortMultipartUpload", **name)

    async def versioning(self, status):
        wanted = {"Status": status}
        await self.s3("PutBucketVersioning", Bucket="bucket", VersioningConfiguration=wanted)
        self.model.versioning = status

    async def restart(self):
        await self.s3.reopen()

    async def compare(self):
        listed = await self.s3("ListObjectsV2", Bucket="bucket")
        assert [entry["Key"] for entry in listed["Contents"]] == self.model.live()
        for entry in listed["Contents"]:
            await self.compare_object(entry, self.model.current(entry["Key"]))
        await self.compare_versions()
        self.compare_files()

    async def compare_object(self, listed, entry):
        got = await self.s3("GetObject", Bucket="bucket", Key=listed["Key"])
        assert got["Body"] == entry.data
        assert got["ETag"] == listed["ETag"] == f'"{entry.etag}"'
        assert listed["Size"] == len(entry.data)
        assert got.get("VersionId") == (entry.version if self.model.versioning else None)

    async def compare_versions(self):
        versions, markers, marker = [], [], {}
        while True:
            page = await self.s3("ListObjectVersions", Bucket="bucket", MaxKeys=3, **marker)
            assert len(page["Versions"]) + len(page["DeleteMarkers"]) <= 3
            versions += page["Versions"]
            markers += page["DeleteMarkers"]
            if not page["IsTruncated"]:
                break
            marker = {
                "KeyMarker": page["NextKeyMarker"],
                "VersionIdMarker": page["NextVersionIdMarker"],
            }
        wanted = self.model.all_versions()
        assert rows_of(versions) == [row[:3] for row in wanted if not row[3]]
        assert rows_of(markers) == [row[:3] for row in wanted if row[3]]
        for key, version, _ in rows_of(versions):
            got = await self.s3("GetObject", Bucket="bucket", Key=key, VersionId=version)
            kept = next(each for each in self.model.keys[key] if each.version == version)
            assert got["Body"] == kept.data

    def compare_files(self):
        rows = self.s3.s3.db.query("SELECT DISTINCT file FROM segments")
        assert sorted(path.name for path in self.s3.files()) == sorted(row[0] for row in rows)
        bodies = self.s3.s3.db.query("SELECT COUNT(*) FROM bodies")[0][0]
        versions = [entry for entries in self.model.keys.values() for entry in entries]
        assert bodies == sum(entry.data is not None for entry in versions)


def rows_of(entries):
    return [(entry["Key"], entry["VersionId"], entry["IsLatest"]) for entry in entries]

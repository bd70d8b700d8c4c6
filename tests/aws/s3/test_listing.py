"""Pages of keys against `sorted`: prefix, delimiter, page size, and where a page goes on."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.s3.conftest import Direct

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3.rules import paging
from homeport.clock import VirtualClock

LETTERS = st.text(
    st.sampled_from(["a", "b", "/", "-", "ä", "\ud7ff", "\ue000", "\U0010ffff"]), max_size=5
)
TEXTS = st.text(max_size=6)
KEYS = st.sets(st.one_of(LETTERS, TEXTS).filter(bool), max_size=30)
DELIMITERS = st.sampled_from(["", "/", "-", "a/", "\U0010ffff"])


def rolled_up(keys, prefix, delimiter):
    """All keys and common prefixes, in order, as S3 describes a listing."""
    names = []
    for key in sorted(keys, key=str.encode):
        if not key.startswith(prefix):
            continue
        at = key.find(delimiter, len(prefix)) if delimiter else -1
        name = key if at < 0 else key[: at + len(delimiter)]
        if not names or names[-1] != (name, at >= 0):
            names.append((name, at >= 0))
    return names


def scan_of(keys, prefix):
    """The rows of a table, with a count of how many were read."""
    table = sorted(keys, key=str.encode)
    end = paging.after_prefix(prefix)
    reads = []

    def scan(low):
        for key in table:
            if key.encode() >= low.encode() and (end is None or key.encode() < end.encode()):
                reads.append(key)
                yield (key,)

    return scan, reads


@given(KEYS, LETTERS, DELIMITERS, st.integers(1, 5))
def test_pages_hold_every_name_once(keys, prefix, delimiter, limit):
    scan, reads = scan_of(keys, prefix)
    names, after = [], ""
    while True:
        page = paging.page(scan, paging.Wanted(prefix, delimiter, after, limit), lambda row: row[0])
        assert len(page.rows) + len(page.prefixes) <= limit
        found = [(name, False) for name in page.rows] + [(name, True) for name in page.prefixes]
        names += sorted(found, key=lambda name: name[0].encode())
        if not page.is_truncated:
            break
        after = page.last
    assert names == rolled_up(keys, prefix, delimiter)
    assert len(reads) <= 2 * len(names) + 1


@given(TEXTS, TEXTS)
def test_the_end_of_a_prefix_parts_those_that_have_it(prefix, text):
    end = paging.after_prefix(prefix)
    if text.encode() >= prefix.encode():
        assert text.startswith(prefix) == (end is None or text.encode() < end.encode())


@settings(max_examples=25, deadline=None)
@given(KEYS, LETTERS, DELIMITERS, st.integers(1, 4))
def test_the_operations_list_what_is_there(keys, prefix, delimiter, limit):
    async def play(folder):
        s3 = Direct(Path(folder), VirtualClock())
        await s3("CreateBucket", Bucket="bucket")
        await asyncio.gather(*[s3("PutObject", Bucket="bucket", Key=key, Body=b"") for key in keys])
        asked = {"Bucket": "bucket", "Prefix": prefix, "Delimiter": delimiter, "MaxKeys": limit}
        assert await all_names(s3, asked) == rolled_up(keys, prefix, delimiter)
        assert await all_names_v1(s3, asked) == rolled_up(keys, prefix, delimiter)
        await s3.s3.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(folder))


def names_on(page):
    names = [(entry["Key"], False) for entry in page["Contents"]]
    names += [(entry["Prefix"], True) for entry in page["CommonPrefixes"]]
    return sorted(names, key=lambda name: name[0].encode())


async def all_names(s3, asked):
    names, token = [], {}
    while True:
        page = await s3("ListObjectsV2", **asked, **token)
        assert page["KeyCount"] == len(names_on(page))
        names += names_on(page)
        if not page["IsTruncated"]:
            return names
        token = {"ContinuationToken": page["NextContinuationToken"]}


async def all_names_v1(s3, asked):
    """Goes on by NextMarker, or by the last key where there is no delimiter, as the API's page says."""
    names, marker = [], {}
    while True:
        page = await s3("ListObjects", **asked, **marker)
        names += names_on(page)
        if not page["IsTruncated"]:
            return names
        last = page["NextMarker"] if asked["Delimiter"] else page["Contents"][-1]["Key"]
        marker = {"Marker": last}


async def fill(s3, keys):
    await asyncio.gather(*[s3("PutObject", Bucket="bucket", Key=key, Body=b"") for key in keys])


async def test_a_listing_reads_only_what_it_returns(s3, bucket):
    await fill(s3, [f"dir{folder}/{number:04}" for folder in range(3) for number in range(300)])
    steps = 0

    def count():
        nonlocal steps
        steps += 1

    reader: sqlite3.Connection = s3.s3.db._reader
    reader.set_progress_handler(count, 10)
    page = await s3("ListObjectsV2", Bucket=bucket, Delimiter="/")
    reader.set_progress_handler(None, 0)
    assert [each["Prefix"] for each in page["CommonPrefixes"]] == ["dir0/", "dir1/", "dir2/"]
    # 900 rows would take some 9,000 steps of SQLite's machine.
    assert steps * 10 < 500


async def test_start_after_and_what_is_repeated(s3, bucket):
    await fill(s3, ["a", "b", "c d", "d+(e)/é"])
    asked = {"StartAfter": "a", "EncodingType": "url", "Prefix": "", "FetchOwner": True}
    page = await s3("ListObjectsV2", Bucket=bucket, MaxKeys=5000, **asked)
    assert [entry["Key"] for entry in page["Contents"]] == [
        "b",
        "c+d",
        "d%2B%28e%29/%C3%A9",
    ]
    assert page["MaxKeys"] == 1000
    assert page["StartAfter"] == "a"
    assert page["EncodingType"] == "url"
    assert len(page["Contents"][0]["Owner"]["ID"]) == 64
    assert page["Contents"][0]["ChecksumAlgorithm"] == ["CRC64NVME"]


async def test_no_keys_are_asked_for(s3, bucket):
    await fill(s3, ["a"])
    page = await s3("ListObjectsV2", Bucket=bucket, MaxKeys=0)
    assert (page["KeyCount"], page["IsTruncated"]) == (0, False)


@pytest.mark.parametrize(
    ("wrong", "argument"),
    [
        ({"MaxKeys": -1}, "max-keys"),
        ({"MaxKeys": 2**31}, "max-keys"),
        ({"EncodingType": "xml"}, "encoding-type"),
        ({"ContinuationToken": "what"}, "continuation-token"),
        ({"ContinuationToken": ""}, "continuation-token"),
        ({"ContinuationToken": "ä"}, "continuation-token"),
    ],
)
async def test_wrong_questions(s3, bucket, wrong, argument):
    with pytest.raises(AwsError) as failure:
        await s3("ListObjectsV2", Bucket=bucket, **wrong)
    assert (failure.value.code, failure.value.fields["ArgumentName"]) == (
        "InvalidArgument",
        argument,
    )

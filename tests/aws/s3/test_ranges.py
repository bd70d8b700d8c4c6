"""Byte ranges against slicing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3.rules import ranges

MIB = 1024 * 1024
SIZES = st.integers(0, 50)


@given(SIZES, st.integers(0, 60), st.integers(0, 60))
def test_from_to(size, first, last):
    data = bytes(range(size))
    header = f"bytes={first}-{last}"
    if first > last:
        assert ranges.parse(header, size) is None
    elif first >= size:
        with pytest.raises(AwsError, match="InvalidRange"):
            ranges.parse(header, size)
    else:
        span = ranges.parse(header, size)
        assert data[span.first : span.last + 1] == data[first : last + 1]


@given(SIZES, st.integers(0, 60))
def test_from_on_and_the_last(size, number):
    data = bytes(range(size))
    if number < size:
        span = ranges.parse(f"bytes={number}-", size)
        assert data[span.first : span.last + 1] == data[number:]
    if number and size:
        span = ranges.parse(f"bytes=-{number}", size)
        assert data[span.first : span.last + 1] == data[-number:]


def test_numbers_beyond_any_object():
    many = "9" * 5000
    assert ranges.parse(f"bytes=2-{many}", 5) == (2, 4)
    assert ranges.parse(f"bytes=-{many}", 5) == (0, 4)
    assert ranges.parse(f"bytes={many}-3", 5) is None
    assert ranges.parse(f"bytes={'0' * 5000}1-", 5) == (1, 4)
    with pytest.raises(AwsError, match="InvalidRange"):
        ranges.parse(f"bytes={many}-", 5)
    with pytest.raises(AwsError, match="InvalidArgument"):
        ranges.parse_copy(f"bytes=0-{many}", 5)


@given(st.text(max_size=20), SIZES)
def test_any_header_is_a_span_inside_or_refused(text, size):
    for header in (text, f"bytes={text}"):
        try:
            span = ranges.parse(header, size)
        except AwsError:
            continue
        assert span is None or 0 <= span.first <= span.last < size


@pytest.mark.parametrize(
    "header",
    ["bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes", "bytes=-"],
)
def test_other_forms_ask_for_the_whole(header):
    assert ranges.parse(header, 10) is None


@pytest.mark.parametrize(
    "header", ["bytes=0-10", "bytes=5-", "bytes=-5", "0-5", "bytes=5-4", "bytes=x-y"]
)
def test_ranges_of_a_copy_are_strict(header):
    with pytest.raises(AwsError, match="InvalidArgument"):
        ranges.parse_copy(header, 10)


@pytest.fixture
async def in_parts(s3, bucket):
    """An object of three parts; its bytes."""
    pieces = [b"a" * 5 * MIB, b"b" * (5 * MIB + 1), b"c" * 10]
    upload = await s3("CreateMultipartUpload", Bucket=bucket, Key="k")
    name = {"Bucket": bucket, "Key": "k", "UploadId": upload["UploadId"]}
    parts = []
    for number, piece in enumerate(pieces, start=1):
        done = await s3("UploadPart", **name, PartNumber=number, Body=piece)
        parts.append({"PartNumber": number, "ETag": done["ETag"]})
    await s3("CompleteMultipartUpload", **name, MultipartUpload={"Parts": parts})
    return b"".join(pieces)


async def test_ranges_over_parts(s3, bucket, in_parts):
    borders = [0, 1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 10 * MIB, 10 * MIB + 1, len(in_parts) - 1]
    for first in borders:
        for last in borders:
            if first <= last:
                got = await s3("GetObject", Bucket=bucket, Key="k", Range=f"bytes={first}-{last}")
                assert got["Body"] == in_parts[first : last + 1]


async def test_a_range_opens_only_the_files_it_needs(s3, bucket, in_parts):
    output = await s3.output("GetObject", Bucket=bucket, Key="k", Range="bytes=0-9")
    assert len(output.members["Body"]) == 1
    output.on_end()


async def test_parts_by_number(s3, bucket, in_parts, refused):
    output = await s3.output("GetObject", Bucket=bucket, Key="k", PartNumber=2)
    output.on_end()
    assert output.status == 206
    assert output.members["PartsCount"] == 3
    assert output.members["ContentRange"] == f"bytes {5 * MIB}-{10 * MIB}/{len(in_parts)}"
    error = await refused("InvalidPartNumber", "GetObject", Bucket=bucket, Key="k", PartNumber=4)
    assert (error.status, error.fields["ActualPartCount"]) == (416, "3")
    both = {"PartNumber": 1, "Range": "bytes=0-1"}
    await refused("InvalidRequest", "GetObject", Bucket=bucket, Key="k", **both)
    await refused("InvalidArgument", "HeadObject", Bucket=bucket, Key="k", PartNumber=0)


async def test_if_range(s3, bucket):
    done = await s3("PutObject", Bucket=bucket, Key="k", Body=b"0123456789")
    asked = {"Bucket": bucket, "Key": "k", "Range": "bytes=0-1"}
    same = await s3.output("GetObject", headers={"if-range": done["ETag"]}, **asked)
    other = await s3.output("GetObject", headers={"if-range": '"other"'}, **asked)
    assert (same.members["Body"], other.members["Body"]) == (b"01", b"0123456789")

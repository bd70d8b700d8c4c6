"""Range headers: https://www.rfc-editor.org/rfc/rfc9110#name-range-requests"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.api import ranges

WHOLE = None


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-", (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=3-5", (3, 3)),
        ("bytes=9-", (9, 1)),
        ("bytes=3-99", (3, 7)),
        ("bytes=-3", (7, 3)),
        ("bytes=-99", (0, 10)),
        ("BYTES=1-2", (1, 2)),
        ("bytes=0-0,5-6", WHOLE),
        ("bytes=5-3", WHOLE),
        ("bytes=-", WHOLE),
        ("lines=0-1", WHOLE),
        ("bytes=a-b", WHOLE),
        ("", WHOLE),
        ("bytes=" + "9" * 30 + "-", WHOLE),
    ],
)
def test_of_ten_bytes(header, span):
    assert ranges.select(header, 10) == span


@pytest.mark.parametrize(
    "header", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=" + "9" * 18 + "-"]
)
def test_behind_the_end(header):
    assert ranges.select(header, 10).length == 0


def test_nothing_of_an_empty_blob():
    assert ranges.select("bytes=0-", 0).length == 0
    assert ranges.select("bytes=-5", 0).length == 0


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 20))
def test_is_what_slicing_gives(first, last, size):
    data = bytes(range(size))
    span = ranges.select(f"bytes={first}-{last}", size)
    if last < first:
        assert span is WHOLE or span.length == 0
    else:
        assert data[span.offset : span.offset + span.length] == data[first : last + 1]

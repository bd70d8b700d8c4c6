"""A part is read as the bytes that came, however they were cut."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from homeport.console.cloud.s3 import parts


class Body:
    def __init__(self, pieces):
        self._pieces = pieces

    async def __aiter__(self):
        for piece in self._pieces:
            yield piece


@given(st.lists(st.binary(max_size=40), max_size=12), st.integers(1, 25))
async def test_all_parts_together_are_the_body(pieces, size):
    found = [part async for part in parts.cut(Body(pieces), size)]
    assert b"".join(part.readall() for part in found) == b"".join(pieces)
    assert all(part.size == size for part in found[:-1])
    assert all(0 < part.size <= size for part in found)


@given(st.lists(st.binary(max_size=9), max_size=9), st.lists(st.integers(0, 60), max_size=9))
def test_it_is_a_file(pieces, places):
    """What is read after any seeks is what it is in a file."""
    whole = b"".join(pieces)
    part = parts.Part()
    for piece in pieces:
        part.add(memoryview(piece))
    for place in places:
        assert part.seek(place) == place
        assert part.readall() == whole[place:]
    assert part.seek(0, os.SEEK_END) == part.tell() == len(whole)
    part.seek(-min(2, len(whole)), os.SEEK_CUR)
    assert part.read() == whole[max(0, len(whole) - 2) :]

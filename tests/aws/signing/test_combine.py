"""The CRC of a whole out of the CRCs of its parts, against the CRC of the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.signing import checksums, combine

ALGORITHMS = sorted(combine.POLYNOMIALS)


def crc(algorithm: str, data: bytes) -> bytes:
    hasher = checksums.new(algorithm)
    hasher.update(data)
    return hasher.digest()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(parts=st.lists(st.binary(max_size=200), max_size=8))
def test_parts_combine_to_the_crc_of_the_whole(algorithm: str, parts: list[bytes]) -> None:
    combined = combine.combine(algorithm, [(crc(algorithm, part), len(part)) for part in parts])
    assert combined == crc(algorithm, b"".join(parts))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_lengths_as_uploads_have_them(algorithm: str) -> None:
    big, small = bytes(5 * 1024 * 1024), b"the last part"
    parts = [(crc(algorithm, big), len(big))] * 3 + [(crc(algorithm, small), len(small))]
    assert combine.combine(algorithm, parts) == crc(algorithm, big * 3 + small)


def test_no_parts_have_the_crc_of_nothing() -> None:
    assert combine.combine("CRC64NVME", []) == bytes(8)


def test_what_is_no_crc_is_refused() -> None:
    with pytest.raises(KeyError):
        combine.combine("SHA256", [])

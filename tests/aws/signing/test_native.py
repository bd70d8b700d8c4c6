"""AWS's library of checksums: the CRC of a whole out of those of its parts, and that it is loaded only when it is asked for."""

import subprocess
import sys
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.signing import checksums, native

COMBINE = {
    "CRC32": native.combine_crc32,
    "CRC32C": native.combine_crc32c,
    "CRC64NVME": native.combine_crc64nvme,
}


def crc(algorithm: str, data: bytes) -> int:
    hasher = checksums.new(algorithm)
    hasher.update(data)
    return int.from_bytes(hasher.digest(), "big")


@pytest.mark.parametrize("algorithm", COMBINE)
@given(parts=st.lists(st.binary(max_size=200), max_size=8))
def test_parts_combine_to_the_crc_of_the_whole(algorithm: str, parts: list[bytes]) -> None:
    combined = reduce(
        lambda value, part: COMBINE[algorithm](value, crc(algorithm, part), len(part)), parts, 0
    )
    assert combined == crc(algorithm, b"".join(parts))


@pytest.mark.parametrize("algorithm", COMBINE)
def test_lengths_as_uploads_have_them(algorithm: str) -> None:
    big, small = bytes(5 * 1024 * 1024), b"the last part"
    value = crc(algorithm, big)
    value = COMBINE[algorithm](value, crc(algorithm, big), len(big))
    value = COMBINE[algorithm](value, crc(algorithm, small), len(small))
    assert value == crc(algorithm, big + big + small)


@pytest.mark.parametrize("module", ["homeport.aws.s3.operations", "homeport.aws.dispatch"])
def test_no_module_loads_the_library_by_being_imported(module: str) -> None:
    program = f"import sys, {module}; sys.exit('_awscrt' in sys.modules or 'awscrt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

"""Values of all algorithms, against published check values."""

import hashlib

import pytest

from homeport.aws.signing import checksums

CHECK = b"123456789"
"""What the CRC catalogue takes its check values of: https://reveng.sourceforge.io/crc-catalogue/all.htm"""

VALUES = {
    "CRC32": "cbf43926",
    "CRC32C": "e3069283",
    "CRC64NVME": "ae8b14860a799888",
    "MD5": hashlib.md5(CHECK).hexdigest(),
    "SHA1": hashlib.sha1(CHECK).hexdigest(),
    "SHA256": hashlib.sha256(CHECK).hexdigest(),
    "SHA512": hashlib.sha512(CHECK).hexdigest(),
}


@pytest.mark.parametrize("algorithm", sorted(checksums.SIZES))
def test_pieces_hash_to_the_value_of_the_whole(algorithm: str) -> None:
    whole, pieces = checksums.new(algorithm), checksums.new(algorithm)
    whole.update(CHECK)
    for piece in (CHECK[:4], b"", CHECK[4:]):
        pieces.update(piece)
    assert pieces.digest() == whole.digest() == whole.digest()
    assert len(whole.digest()) == checksums.SIZES[algorithm]


@pytest.mark.parametrize(("algorithm", "value"), sorted(VALUES.items()))
def test_published_check_values(algorithm: str, value: str) -> None:
    hasher = checksums.new(algorithm)
    hasher.update(CHECK)
    assert hasher.digest().hex() == value


def test_every_algorithm_has_its_header() -> None:
    assert checksums.HEADERS["x-amz-checksum-crc64nvme"] == "CRC64NVME"
    assert set(checksums.HEADERS.values()) == set(checksums.SIZES)


@pytest.mark.parametrize("text", ["", "AAA", "AAAAAAAA", "????====", "AAAA AA=", "é"])
def test_only_base64_of_the_right_size_is_a_value(text: str) -> None:
    assert checksums.from_base64(text, 4) is None
    assert checksums.from_base64("AAAAAQ==", 4) == b"\0\0\0\1"

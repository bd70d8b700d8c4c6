"""The CRC of an object out of the CRCs of its parts, without reading the parts again.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html ("Full object checksums")

A CRC is the remainder of the data, as a polynomial over GF(2), divided by the algorithm's polynomial. To put `b` behind `a`
is to multiply `a` by x to the power of the bits of `b`, and to add `b`; the inversions at both ends cancel out.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

POLYNOMIALS = {"CRC32": 0xEDB88320, "CRC32C": 0x82F63B78, "CRC64NVME": 0x9A6C9329AC4BC9B5}
"""By algorithm, lowest power in the highest bit, the highest power left out.
https://reveng.sourceforge.io/crc-catalogue/all.htm (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME)"""

_BITS = {"CRC32": 32, "CRC32C": 32, "CRC64NVME": 64}


def combine(algorithm: str, parts: Iterable[tuple[bytes, int]]) -> bytes:
    """The CRC of parts put one behind the other, each given as its own CRC and its length in bytes.

    Parts of one length, as uploads have them, cost one multiplication each. Raises KeyError for what is no CRC.
    """
    polynomial, bits = POLYNOMIALS[algorithm], _BITS[algorithm]
    value = 0
    for digest, length in parts:
        shift = _power(polynomial, bits, 8 * length)
        value = _multiply(value, shift, polynomial, bits) ^ int.from_bytes(digest, "big")
    return value.to_bytes(bits // 8, "big")


@lru_cache(maxsize=64)
def _power(polynomial: int, bits: int, exponent: int) -> int:
    """The power `exponent` of x, by squaring."""
    result, square = 1 << (bits - 1), 1 << (bits - 2)
    while exponent:
        if exponent & 1:
            result = _multiply(result, square, polynomial, bits)
        square = _multiply(square, square, polynomial, bits)
        exponent >>= 1
    return result


def _multiply(a: int, b: int, polynomial: int, bits: int) -> int:
    product, mask = 0, 1 << (bits - 1)
    while a:
        if a & mask:
            product ^= b
            a ^= mask
        mask >>= 1
        b = (b >> 1) ^ polynomial if b & 1 else b >> 1
    return product

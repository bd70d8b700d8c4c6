"""Keys as bytes that sort as AWS sorts keys: numbers by value, strings by their UTF-8 bytes, binaries by unsigned bytes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html

Every encoded value tells where it ends, and none is the beginning of another. So encoded values can follow one another: the order of
tuples is the order of their bytes, and what starts with the encoding of (a,) are the tuples that start with a. The first byte names the
type (numbers: 1 to 3). Text ends with a zero byte; those in it become two, 1 1, and the ones 1 2.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Iterable
from hashlib import blake2b

from homeport.aws.dynamodb.values import numbers
from homeport.aws.dynamodb.values.attribute import Value

HASH_BYTES = 8


def one(value: Value) -> bytes:
    """The encoding of an `S`, `N` or `B`."""
    for kind, content in value.items():
        if kind == "N":
            return numbers.order(content)
        return start(value) + b"\0"
    raise ValueError("no value")


def several(values: Iterable[Value]) -> bytes:
    """The encodings one after the other."""
    return b"".join(map(one, values))


def start(value: Value) -> bytes:
    """What the encodings of all texts or binaries start with that start with this one."""
    for kind, content in value.items():
        if kind == "S":
            return b"\x04" + _escaped(content.encode())
        if kind == "B":
            return b"\x05" + _escaped(a2b_base64(content))
    raise ValueError("neither text nor binary")


def _escaped(data: bytes) -> bytes:
    return data.replace(b"\1", b"\1\2").replace(b"\0", b"\1\1")


def hashed(values: Iterable[Value]) -> bytes:
    """A partition key: a hash that scatters partitions over the whole range, then the encoding."""
    encoded = several(values)
    return blake2b(encoded, digest_size=HASH_BYTES).digest() + encoded


def after(encoded: bytes) -> bytes:
    """The least bytes that are greater than everything that starts with these."""
    kept = encoded.rstrip(b"\xff")
    if not kept:
        raise ValueError("nothing is greater than everything that starts so")
    return kept[:-1] + bytes((kept[-1] + 1,))

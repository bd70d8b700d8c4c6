"""What a query or a scan looks at, as ranges of the bytes that keys are stored as.

Encoded values that follow one another start with the byte of their type, which is less than 255: so everything that starts with
the encoding of some values is at least that encoding, and less than it with a byte of 255 behind it.
"""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.dynamodb.expressions.key_condition import KeyCondition
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.values import keys

_END = b"\xff"
_LEAST = b"\0"
LAST = b"\xff" * (keys.HASH_BYTES + 1)
"""Greater than every partition key."""
_HASHES = 1 << 8 * keys.HASH_BYTES


class Range(NamedTuple):
    """The rows of one partition whose sort keys are at least `low` and less than `high`."""

    pk: bytes
    low: bytes
    high: bytes

    def holds(self, key: Key) -> bool:
        """Whether a row with this key belongs to it."""
        return key.pk == self.pk and self.low <= key.sk < self.high

    def after(self, key: Key, *, is_forward: bool) -> Range:
        """What remains behind a row, in the direction of reading."""
        if is_forward:
            return Range(self.pk, key.sk + _LEAST, self.high)
        return Range(self.pk, self.low, key.sk)


class Segment(NamedTuple):
    """The rows that come after a key and whose partition keys are less than `high`."""

    low: Key
    high: bytes

    def holds(self, key: Key) -> bool:
        """Whether a row with this key belongs to it."""
        return self.low < key and key.pk < self.high

    def after(self, key: Key) -> Segment:
        """What remains behind a row."""
        return Segment(key, self.high)


WHOLE = Segment(Key(b"", b""), LAST)


def of_condition(condition: KeyCondition) -> Range:
    """The rows that a key condition is true for: always one range of one partition."""
    pk = keys.hashed(condition.partition)
    before = keys.several(condition.sort)
    low, high = before, before + _END
    operator = condition.operator
    if operator is None:
        return Range(pk, low, high)
    if operator == "begins_with":
        low = before + keys.start(condition.operands[0])
        return Range(pk, low, keys.after(low))
    first = before + keys.one(condition.operands[0])
    if operator == "BETWEEN":
        return Range(pk, first, before + keys.one(condition.operands[1]) + _END)
    if operator == "<":
        high = first
    elif operator == "<=":
        high = first + _END
    elif operator == ">":
        low = first + _END
    else:
        low = first
    return Range(pk, low, high)


def of_segment(number: int, total: int) -> Segment:
    """One of `total` parts of a table or index, counted from 0: a part of the range of all hashes.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.ParallelScan
    """
    return Segment(Key(_hash(number, total), b""), _hash(number + 1, total))


def _hash(number: int, total: int) -> bytes:
    if number == total:
        return LAST
    return (number * _HASHES // total).to_bytes(keys.HASH_BYTES, "big")

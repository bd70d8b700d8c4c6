"""Sequence numbers: in the store integers that grow by one, on the wire strings of 21 digits, which order alike.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
"""

from __future__ import annotations

_FIRST = 10**20
"""The least number of 21 digits, the least length of a SequenceNumber."""


def wire(seq: int) -> str:
    """As clients see it."""
    return str(_FIRST + seq)


def stored(number: str) -> int | None:
    """As the store has it; None for what is no number of ours."""
    if not (number.isascii() and number.isdigit()):
        return None
    seq = int(number) - _FIRST
    return seq if 0 < seq < _FIRST else None

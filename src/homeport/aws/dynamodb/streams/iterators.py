"""Shard iterators: a position in a shard and the time at which it was asked for, opaque to clients.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
"""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from homeport.aws.dynamodb.streams import errors


class Iterator(NamedTuple):
    """Where to read on."""

    arn: str
    shard: str
    position: int
    """The number of the first record to read."""
    made_ms: int


def encode(iterator: Iterator) -> str:
    """As clients get it: the ARN in the clear, as AWS has it, the rest in base64."""
    arn, shard, position, made_ms = iterator
    return f"{arn}|1|{base64.b64encode(f'{shard}|{position}|{made_ms}'.encode()).decode()}"


def decode(text: str) -> Iterator:
    """Raises ValidationException for what no `encode` made."""
    arn, _, rest = text.partition("|1|")
    try:
        shard, position, made_ms = base64.b64decode(rest, validate=True).decode().split("|")
        found = Iterator(arn, shard, int(position), int(made_ms))
    except (binascii.Error, ValueError):
        raise errors.invalid(errors.INVALID_ITERATOR) from None
    if not 0 <= found.position < 2**63:
        raise errors.invalid(errors.INVALID_ITERATOR)
    return found

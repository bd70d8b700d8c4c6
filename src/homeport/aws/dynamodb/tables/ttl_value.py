"""When an item expires."""

from __future__ import annotations

from homeport.aws.dynamodb.values import numbers
from homeport.aws.dynamodb.values.attribute import Item

LATEST = 2**62
"""Seconds since the epoch that the store can still order; nothing lives that long."""


def due(attribute: str, item: Item | None) -> int | None:
    """The second at which an item expires; None where the attribute is not a number that says so.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
    """
    if item is None:
        return None
    value = item.get(attribute)
    if value is None or "N" not in value:
        return None
    second = int(numbers.decimal(value["N"]))
    return second if 0 <= second < LATEST else None

"""Sizes as AWS counts them, for the limit of an item and for consumed capacity.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.dynamodb.values.attribute import Item, Value

_CONTAINER = 3
_ELEMENT = 1


def of_item(item: Item) -> int:
    """Bytes of all names and values."""
    size = 0
    for name, value in item.items():
        size += len(name) if name.isascii() else len(name.encode())
        for kind, content in value.items():
            if kind == "S" and content.isascii():
                size += len(content)
            else:
                size += _OF[kind](content)
    return size


def of_value(value: Value) -> int:
    """Bytes of a value."""
    for kind, content in value.items():
        return _OF[kind](content)
    raise ValueError("no value")


def of_name(text: str) -> int:
    """Bytes of an attribute name, and of any text."""
    return len(text) if text.isascii() else len(text.encode())


def of_number(text: str) -> int:
    """One byte, one for each pair of digits between the first and the last that are not zero, one for a minus.

    Pairs are counted from the decimal point (1.5 has two), as measured by bisecting the limit of the real service:
    https://github.com/nubo-db/dynoxide/pull/195
    """
    if text == "0":
        return 1
    sign = text[0] == "-"
    whole, _, fraction = text[sign:].partition(".")
    pairs = (len(whole) + 1) // 2 + (len(fraction) + 1) // 2
    if not fraction:
        pairs -= (len(whole) - len(whole.rstrip("0"))) // 2
    elif whole == "0":
        pairs -= 1 + (len(fraction) - len(fraction.lstrip("0"))) // 2
    return 1 + sign + pairs


def _of_binary(content: str) -> int:
    return len(content) // 4 * 3 - content.count("=", -2)


def _of_list(content: list[Value]) -> int:
    return _CONTAINER + sum([_ELEMENT + of_value(value) for value in content])


def _of_map(content: Item) -> int:
    return _CONTAINER + _ELEMENT * len(content) + of_item(content)


_OF: dict[str, Callable[[Any], int]] = {
    "S": of_name,
    "N": of_number,
    "B": _of_binary,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda content: sum(map(of_name, content)),
    "NS": lambda content: sum(map(of_number, content)),
    "BS": lambda content: sum(map(_of_binary, content)),
    "L": _of_list,
    "M": _of_map,
}

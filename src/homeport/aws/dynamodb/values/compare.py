"""Comparisons of values, as conditions and filters make them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

from binascii import a2b_base64
from decimal import Decimal

from homeport.aws.dynamodb.values.attribute import Value


def equal(a: Value, b: Value) -> bool:
    """Whether two values are the same: of the same type, and equal throughout. Sets are canonical, in one order."""
    return a == b


def less(a: Value, b: Value) -> bool | None:
    """Whether a comes before b; None where the types differ or have no order."""
    ((kind, left),) = a.items()
    right = b.get(kind)
    if right is None:
        return None
    if kind == "S":
        # Python compares by code point, which is the order of the UTF-8 bytes too.
        return bool(left < right)
    if kind == "N":
        return Decimal(left) < Decimal(right)
    if kind == "B":
        return a2b_base64(left) < a2b_base64(right)
    return None


_MEMBERS = {"SS": "S", "NS": "N", "BS": "B"}


def contains(container: Value, operand: Value) -> bool:
    """Whether a text or binary holds another as a part, a set has it as a member, a list as an element."""
    ((kind, content),) = container.items()
    if kind == "L":
        return operand in content
    part = operand.get(_MEMBERS.get(kind, kind))
    if part is None or kind not in ("S", "B", "SS", "NS", "BS"):
        return False
    if kind == "B":
        return a2b_base64(part) in a2b_base64(content)
    return part in content


def begins_with(value: Value, prefix: Value) -> bool:
    """Whether a text or binary starts with another."""
    ((kind, content),) = value.items()
    start = prefix.get(kind)
    if start is None:
        return False
    if kind == "S":
        return bool(content.startswith(start))
    return kind == "B" and a2b_base64(content).startswith(a2b_base64(start))


def length(value: Value) -> int | None:
    """What the function `size` answers; None for numbers, booleans and null.

    Bytes of a binary, elements of sets, lists and maps, and of text the UTF-16 code units (checked against the service in
    https://github.com/ExtendDB/extenddb/pull/67).
    """
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content) if content.isascii() else len(content.encode("utf-16-le")) // 2
    if kind == "B":
        return len(a2b_base64(content))
    return len(content) if kind in ("SS", "NS", "BS", "L", "M") else None

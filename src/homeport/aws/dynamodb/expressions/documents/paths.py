"""Finds what a document path names in an item.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html#Expressions.Attributes.NestedElements.DocumentPathExamples
"""

from __future__ import annotations

from homeport.aws.dynamodb.expressions.nodes import Part
from homeport.aws.dynamodb.values.attribute import Item, Value


def find(parts: tuple[Part, ...], item: Item) -> Value | None:
    """The value at a path; None where there is none."""
    value = item.get(parts[0])  # type: ignore[arg-type]
    if len(parts) == 1 or value is None:
        return value
    for part in parts[1:]:
        value = _child(value, part)
        if value is None:
            return None
    return value


def _child(value: Value, part: Part) -> Value | None:
    if isinstance(part, str):
        members = value.get("M")
        return None if members is None else members.get(part)
    elements = value.get("L")
    return elements[part] if elements is not None and part < len(elements) else None

"""Values of a wrong type come before any constraint: the service reads the whole body first.

https://github.com/architect/dynalite/blob/main/test/putItem.js ("serializations")
"""

from __future__ import annotations

from typing import Any

from homeport.aws.dynamodb.values import wire
from homeport.aws.protocol.shape import Shape

VALUE = "AttributeValue"


def check(shape: Shape, value: Any) -> None:
    """Raises SerializationException where a value in the parameters is of a wrong type."""
    if shape.name == VALUE:
        wire.check_one(value, is_member=False)
    elif shape.type == "structure":
        for name, member in shape.members.items():
            item = value.get(name)
            if item is not None:
                _member(member, item)
    elif shape.type == "list":
        for item in value:
            if item is not None:
                check(shape.member, item)
    elif shape.type == "map":
        _map(shape, value)


def _member(shape: Shape, value: Any) -> None:
    if shape.name == VALUE:
        wire.check_one(value, is_member=True)
    else:
        check(shape, value)


def _map(shape: Shape, value: dict[str, Any]) -> None:
    if shape.value.name == VALUE:
        wire.check(value)
        return
    for item in value.values():
        if item is not None:
            check(shape.value, item)

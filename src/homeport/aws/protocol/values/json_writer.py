"""Results into JSON bodies.

https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#shape-serialization
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import scalars, timestamps

Write = Callable[[Any], Any]
Memo = dict[str, Write]

_encode = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, check_circular=False, allow_nan=False
).encode


def dump(value: Any) -> bytes:
    """The body that holds a JSON value."""
    return _encode(value).encode("utf-8")


def compile_writer(shape: Shape, memo: Memo | None = None) -> Write | None:
    """What turns a result member into its JSON value; None where it is one already.

    A member that the shape lacks raises KeyError: that is a mistake of the service. A None member is left out.
    """
    memo = {} if memo is None else memo
    make = _COMPOUND.get(shape.type)
    if make is not None:
        return make(shape, memo)
    if shape.type == "timestamp":
        if (shape.timestamp_format or "unixTimestamp").lower() == "unixtimestamp":
            return timestamps.write_epoch
        return timestamps.WRITERS[str(shape.timestamp_format)]
    return _SCALARS.get(shape.type)


def _structure(shape: Shape, memo: Memo) -> Write | None:
    if shape.is_document:
        return None
    known = memo.get(shape.name)
    if known is not None:
        return known
    table: dict[str, tuple[str, Write | None]] = {}

    def write(value: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for name, item in value.items():
            if item is not None:
                wire_name, convert = table[name]
                found[wire_name] = item if convert is None else convert(item)
        return found

    memo[shape.name] = write
    for name, member in shape.members.items():
        if member.is_in_response_body:
            table[name] = (member.location_name or name, compile_writer(member, memo))
    return write


def _list(shape: Shape, memo: Memo) -> Write | None:
    convert = compile_writer(shape.member, memo)
    if convert is None:
        return None

    def write(value: list[Any]) -> list[Any]:
        return [None if item is None else convert(item) for item in value]

    return write


def _map(shape: Shape, memo: Memo) -> Write | None:
    convert = compile_writer(shape.value, memo)
    if convert is None:
        return None

    def write(value: dict[str, Any]) -> dict[str, Any]:
        return {key: None if item is None else convert(item) for key, item in value.items()}

    return write


def _double(value: float) -> float | str:
    return value if math.isfinite(value) else scalars.write_float(value)


_COMPOUND: dict[str, Callable[[Shape, Memo], Write | None]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}

_SCALARS: dict[str, Write] = {"float": _double, "double": _double, "blob": scalars.write_blob}

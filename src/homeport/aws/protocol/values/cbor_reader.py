"""CBOR bodies into parameters.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#shape-serialization
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import cbor, scalars, timestamps
from homeport.aws.protocol.values.mismatch import Mismatch

Read = Callable[[Any], Any]
Memo = dict[str, Read]


def compile_reader(shape: Shape, memo: Memo | None = None) -> Read:
    """What turns the CBOR value of a shape into its parameter."""
    memo = {} if memo is None else memo
    make = _COMPOUND.get(shape.type)
    return _SCALARS[shape.type] if make is None else make(shape, memo)


def _structure(shape: Shape, memo: Memo) -> Read:
    known = memo.get(shape.name)
    if known is not None:
        return known
    table: dict[str, tuple[str, Read]] = {}

    def read(value: Any) -> dict[str, Any]:
        found = {}
        for wire_name, item in _expect(value, dict, "map").items():
            slot = table.get(wire_name)
            if slot is not None and item is not None:
                found[slot[0]] = slot[1](item)
        return found

    memo[shape.name] = read
    for name, member in shape.members.items():
        table[member.location_name or name] = (name, compile_reader(member, memo))
    return read


def _list(shape: Shape, memo: Memo) -> Read:
    convert = compile_reader(shape.member, memo)
    is_sparse = bool(shape.traits.get("sparse"))

    def read(value: Any) -> list[Any]:
        items = _expect(value, list, "array")
        if not is_sparse and any(item is None for item in items):
            raise Mismatch("A list must not contain null")
        return [None if item is None else convert(item) for item in items]

    return read


def _map(shape: Shape, memo: Memo) -> Read:
    convert = compile_reader(shape.value, memo)
    is_sparse = bool(shape.traits.get("sparse"))

    def read(value: Any) -> dict[str, Any]:
        items = _expect(value, dict, "map").items()
        if is_sparse:
            return {key: None if item is None else convert(item) for key, item in items}
        return {key: convert(item) for key, item in items if item is not None}

    return read


def _expect(value: Any, kind: type, noun: str) -> Any:
    if value.__class__ is not kind:
        raise Mismatch(f"A CBOR {noun} is expected where another type stands")
    return value


def _string(value: Any) -> str:
    return str(_expect(value, str, "text"))


def _blob(value: Any) -> bytes:
    return bytes(_expect(value, bytes, "byte string"))


def _boolean(value: Any) -> bool:
    return bool(_expect(value, bool, "boolean"))


def _whole(allowed: range) -> Read:
    def read(value: Any) -> int:
        number = int(_expect(value, int, "integer"))
        if number not in allowed:
            raise Mismatch("A CBOR integer is out of range")
        return number

    return read


def _double(value: Any) -> float:
    if value.__class__ is int:
        # A number of eight bytes always fits.
        return float(value)
    return float(_expect(value, float, "number"))


def _timestamp(value: Any) -> float:
    if value.__class__ is not cbor.Epoch:
        raise Mismatch("A timestamp must have CBOR tag 1")
    return timestamps.read_epoch(float(value))


_COMPOUND: dict[str, Callable[[Shape, Memo], Read]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}

_SCALARS: dict[str, Read] = {
    "string": _string,
    "character": _string,
    "integer": _whole(scalars.INTEGER_RANGE),
    "long": _whole(scalars.LONG_RANGE),
    "float": _double,
    "double": _double,
    "boolean": _boolean,
    "blob": _blob,
    "timestamp": _timestamp,
}

"""Results into CBOR bodies.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#shape-serialization
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import cbor

Write = Callable[[cbor.Append, Any], None]
Memo = dict[str, Write]


def compile_writer(shape: Shape, memo: Memo | None = None) -> Write:
    """What appends the data item of a shape. A member that the shape lacks raises KeyError; a None member is left out."""
    memo = {} if memo is None else memo
    make = _COMPOUND.get(shape.type)
    if make is not None:
        return make(shape, memo)
    encode = _SCALARS[shape.type]
    return lambda append, value: append(encode(value))


def _structure(shape: Shape, memo: Memo) -> Write:
    known = memo.get(shape.name)
    if known is not None:
        return known
    table: dict[str, tuple[bytes, Write]] = {}

    def write(append: cbor.Append, value: dict[str, Any]) -> None:
        append(cbor.OPEN_MAP)
        for name, item in value.items():
            if item is not None:
                key, write_item = table[name]
                append(key)
                write_item(append, item)
        append(cbor.BREAK)

    memo[shape.name] = write
    for name, member in shape.members.items():
        table[name] = (cbor.text(member.location_name or name), compile_writer(member, memo))
    return write


def _list(shape: Shape, memo: Memo) -> Write:
    write_item = _nullable(compile_writer(shape.member, memo))

    def write(append: cbor.Append, value: list[Any]) -> None:
        append(cbor.head(4, len(value)))
        for item in value:
            write_item(append, item)

    return write


def _map(shape: Shape, memo: Memo) -> Write:
    write_item = _nullable(compile_writer(shape.value, memo))

    def write(append: cbor.Append, value: dict[str, Any]) -> None:
        append(cbor.head(5, len(value)))
        for key, item in value.items():
            append(cbor.text(key))
            write_item(append, item)

    return write


def _nullable(write: Write) -> Write:
    def write_or_null(append: cbor.Append, value: Any) -> None:
        if value is None:
            append(cbor.NULL)
        else:
            write(append, value)

    return write_or_null


_COMPOUND: dict[str, Callable[[Shape, Memo], Write]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}

_SCALARS: dict[str, Callable[[Any], bytes]] = {
    "string": cbor.text,
    "character": cbor.text,
    "integer": cbor.integer,
    "long": cbor.integer,
    "float": cbor.single,
    "double": cbor.double,
    "boolean": cbor.boolean,
    "blob": cbor.blob,
    "timestamp": cbor.epoch,
}

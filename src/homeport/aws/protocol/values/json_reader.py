"""JSON bodies into parameters.

https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#shape-serialization. The texts of mismatches are those of AWS as
dynalite recorded them: https://github.com/architect/dynalite/blob/main/validations/index.js
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import scalars, timestamps
from homeport.aws.protocol.values.mismatch import Mismatch

Read = Callable[[Any], Any]
Memo = dict[str, Read]


def _refuse_constant(text: str) -> Any:
    raise Mismatch(f"{text} is not a JSON value", is_syntax=True)


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode


def load(body: bytes) -> Any:
    """The JSON value of a body. Raises `Mismatch` for anything that is not JSON in UTF-8, and for nesting too deep to read."""
    try:
        value = _decode(body.decode("utf-8"))
        if b"\\ud" in body or b"\\uD" in body:
            # Half a surrogate pair is legal JSON, but is no text that could be stored or sent on.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except Mismatch:
        raise
    except RecursionError:
        raise Mismatch("The body is nested too deeply", is_syntax=True) from None
    except ValueError as error:
        raise Mismatch(f"The body is not valid JSON: {error}", is_syntax=True) from None
    return value


def compile_reader(shape: Shape, memo: Memo | None = None) -> Read:
    """What turns the JSON value of a shape into its parameter. Members with another location than the body are passed over."""
    memo = {} if memo is None else memo
    make = _COMPOUND.get(shape.type)
    if make is not None:
        return make(shape, memo)
    if shape.type == "timestamp":
        return timestamps.READERS[shape.timestamp_format or "unixTimestamp"]
    return _SCALARS[shape.type]


def _structure(shape: Shape, memo: Memo) -> Read:
    if shape.is_document:
        return _document
    known = memo.get(shape.name)
    if known is not None:
        return known
    table: dict[str, tuple[str, type | None, Read]] = {}
    look_up = table.get

    def read(value: Any) -> Any:
        if value.__class__ is not dict:
            raise _unexpected(value, "java.util.Map")
        found = {}
        for wire_name, item in value.items():
            slot = look_up(wire_name)
            if slot is not None and item is not None:
                name, plain, convert = slot
                found[name] = item if item.__class__ is plain else convert(item)
        return found

    memo[shape.name] = read
    for name, member in shape.members.items():
        if member.is_in_request_body:
            plain = str if member.type == "string" else None
            table[member.location_name or name] = (name, plain, compile_reader(member, memo))
    return read


def _list(shape: Shape, memo: Memo) -> Read:
    convert = compile_reader(shape.member, memo)
    is_sparse = bool(shape.traits.get("sparse"))

    def read(value: Any) -> list[Any]:
        if value.__class__ is not list:
            raise _unexpected(value, "")
        if None not in value:
            return [convert(item) for item in value]
        if not is_sparse:
            raise Mismatch("A list must not contain null")
        return [None if item is None else convert(item) for item in value]

    return read


def _map(shape: Shape, memo: Memo) -> Read:
    convert = compile_reader(shape.value, memo)
    is_sparse = bool(shape.traits.get("sparse"))
    is_as_sent = convert is _document

    def read(value: Any) -> dict[str, Any]:
        if value.__class__ is not dict:
            raise _unexpected(value, "java.util.Map")
        if is_as_sent:
            return value
        if is_sparse:
            return {key: None if item is None else convert(item) for key, item in value.items()}
        return {key: convert(item) for key, item in value.items() if item is not None}

    return read


def _document(value: Any) -> Any:
    return value


def _string(value: Any) -> str:
    if value.__class__ is str:
        return str(value)
    raise _wrong_scalar(value, "String")


_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _boolean(value: Any) -> bool:
    if value.__class__ is bool:
        return bool(value)
    if value.__class__ is str:
        named = _BOOLEANS.get(value.lower())
        if named is None:
            raise Mismatch("Unexpected token received from parser")
        return named
    raise _wrong_scalar(value, "Boolean")


def _integer(value: Any) -> int:
    return _whole(value, scalars.INTEGER_RANGE, "Integer")


def _long(value: Any) -> int:
    return _whole(value, scalars.LONG_RANGE, "Long")


def _whole(value: Any, allowed: range, kind: str) -> int:
    if value.__class__ is float and math.isfinite(value):
        # AWS cuts the fraction off.
        value = int(value)
    if value.__class__ is not int:
        raise _wrong_scalar(value, kind)
    if value not in allowed:
        raise Mismatch(f"NUMBER_VALUE is out of the range of {kind}")
    return int(value)


def _double(value: Any) -> float:
    if value.__class__ is str and value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    if value.__class__ not in (int, float):
        raise _wrong_scalar(value, "Double")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise Mismatch("DECIMAL_VALUE is out of the range of Double")
    return number


def _blob(value: Any) -> bytes:
    if value.__class__ is str:
        if len(value) % 4:
            length = (
                f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(value)}"
            )
            raise Mismatch(length)
        return scalars.read_blob(value)
    if value.__class__ is list:
        raise _unexpected(value, "class java.nio.ByteBuffer")
    if value.__class__ is dict:
        raise _unexpected(value, "")
    raise Mismatch("only base-64-encoded strings are convertible to bytes")


def _wrong_scalar(value: Any, kind: str) -> Mismatch:
    if value.__class__ is list:
        return Mismatch(f"Unrecognized collection type class java.lang.{kind}")
    if value.__class__ is dict:
        return Mismatch("Start of structure or map found where not expected")
    return Mismatch(f"{_token(value)} cannot be converted to {kind}")


def _unexpected(value: Any, collection: str) -> Mismatch:
    if value.__class__ is list:
        return Mismatch(f"Unrecognized collection type {collection}")
    if value.__class__ is dict:
        return Mismatch("Start of structure or map found where not expected")
    return Mismatch("Unexpected field type")


def _token(value: Any) -> str:
    if value.__class__ is bool:
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    return {int: "NUMBER_VALUE", float: "DECIMAL_VALUE", str: "STRING_VALUE"}.get(
        value.__class__, "NULL_VALUE"
    )


_COMPOUND: dict[str, Callable[[Shape, Memo], Read]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}

_SCALARS: dict[str, Read] = {
    "string": _string,
    "character": _string,
    "integer": _integer,
    "long": _long,
    "float": _double,
    "double": _double,
    "boolean": _boolean,
    "blob": _blob,
}

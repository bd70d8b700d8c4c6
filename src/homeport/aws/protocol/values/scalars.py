"""Scalars as text, the way XML, forms, headers and query strings hold them.

https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html#xml-shape-serialization
"""

from __future__ import annotations

import math
import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import timestamps
from homeport.aws.protocol.values.mismatch import Mismatch

Read = Callable[[str], Any]
Write = Callable[[Any], str]

# https://smithy.io/2.0/spec/simple-types.html#integer and #long
INTEGER_RANGE = range(-(2**31), 2**31)
LONG_RANGE = range(-(2**63), 2**63)

_WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def read_integer(text: str) -> int:
    """A 32-bit integer."""
    return _whole(text, INTEGER_RANGE, "Integer")


def read_long(text: str) -> int:
    """A 64-bit integer."""
    return _whole(text, LONG_RANGE, "Long")


def _whole(text: str, allowed: range, kind: str) -> int:
    text = text.strip()
    if not _WHOLE.fullmatch(text) or (number := int(text)) not in allowed:
        raise Mismatch(f"'{text[:64]}' can not be converted to {kind}")
    return number


def read_float(text: str) -> float:
    """A double, or one of `NaN`, `Infinity`, `-Infinity`."""
    text = text.strip()
    special = _SPECIAL.get(text)
    if special is not None:
        return special
    if not _FLOAT.fullmatch(text) or math.isinf(number := float(text)):
        raise Mismatch(f"'{text[:64]}' can not be converted to Double")
    return number


def read_boolean(text: str) -> bool:
    """`true` or `false`, in any case, as AWS takes them."""
    lowered = text.strip().lower()
    if lowered == "true":
        return True
    if lowered == "false":
        return False
    raise Mismatch(f"'{text[:64]}' can not be converted to Boolean")


def read_blob(text: str) -> bytes:
    """Base64, strictly: https://www.rfc-editor.org/rfc/rfc4648#section-4"""
    try:
        return a2b_base64(text, strict_mode=True)
    except (Base64Error, ValueError) as error:
        raise Mismatch(f"'{text[:64]}' can not be converted to a Blob: {error}") from None


def write_blob(value: bytes) -> str:
    """Base64 with padding."""
    return b64encode(value).decode("ascii")


def write_boolean(value: object) -> str:
    """`true` or `false`."""
    return "true" if value else "false"


def write_float(value: float) -> str:
    """The shortest text that reads back as the same number."""
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def reader(shape: Shape, timestamp_format: str) -> Read:
    """Reads the text of a scalar shape; `timestamp_format` holds where the shape names none."""
    kind = shape.type
    if kind == "timestamp":
        return timestamps.READERS[shape.timestamp_format or timestamp_format]
    return _READERS[kind]


def writer(shape: Shape, timestamp_format: str) -> Write:
    """Writes a scalar shape as text."""
    kind = shape.type
    if kind == "timestamp":
        return timestamps.WRITERS[shape.timestamp_format or timestamp_format]
    return _WRITERS[kind]


_READERS: dict[str, Read] = {
    "string": str,
    "character": str,
    "integer": read_integer,
    "long": read_long,
    "float": read_float,
    "double": read_float,
    "boolean": read_boolean,
    "blob": read_blob,
}

_WRITERS: dict[str, Write] = {
    "string": str,
    "character": str,
    "integer": str,
    "long": str,
    "float": write_float,
    "double": write_float,
    "boolean": write_boolean,
    "blob": write_blob,
}

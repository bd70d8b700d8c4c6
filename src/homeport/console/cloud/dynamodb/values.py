"""Values as people read and write them: the form of the wire, a plain one, and a short one for tables.

Here an item has the form of DynamoDB JSON (binary is base64), canonical as `homeport.aws.dynamodb.values.attribute` makes it:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html#Programming.LowLevelAPI.DataTypeDescriptors
"""

from __future__ import annotations

import base64
import binascii
import collections
import json
from collections.abc import Iterable
from typing import Any

from homeport.aws.dynamodb.values import attribute, sizes
from homeport.aws.protocol.call import AwsError
from homeport.console.asking.troubles import Trouble

Value = dict[str, Any]
Item = dict[str, Value]

KINDS = ("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")
NAMES = {
    "S": "String",
    "N": "Number",
    "B": "Binary",
    "BOOL": "Boolean",
    "NULL": "Null",
    "SS": "String set",
    "NS": "Number set",
    "BS": "Binary set",
    "L": "List",
    "M": "Map",
}
NAMED = 10_000
"""Names of attributes that are counted: an item of 400 KiB may have 50,000, and each item others."""
SHORT = 60
"""Characters of a value that a cell of a table shows."""


def size(item: Item) -> int:
    """Bytes, as AWS counts them."""
    return sizes.of_item(item)


def checked(item: Any) -> Item:
    """The item, canonical. Raises `Trouble` that names the attribute and says what is wrong with it."""
    if not isinstance(item, dict):
        raise Trouble("An item is a JSON object: its attributes by their names.")
    for name, value in item.items():
        try:
            attribute.item({name: value})
        except AwsError as error:
            raise Trouble(
                f"Attribute “{name[:80]}”: {error.message}", hint="Nothing was written."
            ) from error
    made: Item = attribute.item(item)
    return made


def to_boto(item: Item) -> Item:
    """An item for botocore, which has bytes where the wire has base64."""
    return {name: _boto(value) for name, value in item.items()}


def _boto(value: Value) -> Value:
    kind, content = next(iter(value.items()))
    if kind == "B":
        return {kind: base64.b64decode(content)}
    if kind == "BS":
        return {kind: [base64.b64decode(each) for each in content]}
    if kind == "L":
        return {kind: [_boto(each) for each in content]}
    return {kind: to_boto(content)} if kind == "M" else value


def from_boto(value: Any) -> Any:
    """The other way round."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: from_boto(content) for name, content in value.items()}
    if isinstance(value, list):
        return [from_boto(each) for each in value]
    return value


def dump(item: Any, *, indent: int | None = 2) -> str:
    """DynamoDB JSON."""
    return json.dumps(
        item, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":")
    )


def load(text: str) -> Item:
    """An item of DynamoDB JSON. Raises `Trouble`."""
    return checked(parse(text))


def parse(text: str, numbers: Any = None) -> Any:
    """JSON in which no name stands twice. Raises `Trouble` that says where it is wrong."""
    extra = {"parse_int": numbers, "parse_float": numbers} if numbers else {}
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, strict=True, **extra
        )
    except json.JSONDecodeError as error:
        raise Trouble(
            f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.",
            hint="Nothing was written.",
        ) from error
    except RecursionError as error:
        raise Trouble("This is nested too deeply.", hint="DynamoDB allows 32 levels.") from error
    except ValueError as error:
        # https://docs.python.org/3/library/stdtypes.html#integer-string-conversion-length-limitation
        raise Trouble("A number in it has too many digits.", hint="DynamoDB keeps 38.") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        [(twice, _)] = collections.Counter(name for name, _ in pairs).most_common(1)
        raise Trouble(f"“{twice[:80]}” stands twice in one object.", hint="Take one of them out.")
    return made


def _no_constant(text: str) -> Any:
    raise Trouble(f"{text} is no number of JSON.")


def encode_key(key: Item) -> str:
    """A key for an address. Base64, as no key is longer than that: https://www.rfc-editor.org/rfc/rfc4648#section-5"""
    return base64.urlsafe_b64encode(dump(key, indent=None).encode()).decode().rstrip("=")


def decode_key(text: str) -> Item:
    """A key of an address. Raises `Trouble` where it is none."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        made = json.loads(raw.decode())
    except (binascii.Error, ValueError, RecursionError) as error:
        raise Trouble("The address names no key.", hint="Follow a link of the table.") from error
    return checked(made)


def from_field(kind: str, text: str) -> Value:
    """The value of a form's field. Raises `Trouble`.

    Strings stand as they are, numbers as digits, binary as base64; sets, lists and maps as JSON.
    """
    content: Any = text
    if kind == "N":
        content = text.strip()
    elif kind == "BOOL":
        if text.strip().lower() not in {"true", "false"}:
            raise Trouble(f"A boolean is true or false, not “{text[:80]}”.")
        content = text.strip().lower() == "true"
    elif kind == "NULL":
        content = True
    elif kind not in {"S", "B"}:
        content = _elements(kind, text)
    try:
        made: Value = attribute.value({kind: content})
    except AwsError as error:
        raise Trouble(
            f"“{text[:80]}” is no value of the type {NAMES.get(kind, kind)}: {error.message}"
        ) from error
    return made


def _elements(kind: str, text: str) -> Any:
    found = parse(text, str if kind == "NS" else None)
    return found if kind in {"L", "M"} or isinstance(found, list) else [found]


def show(value: Value) -> str:
    """A value in a few words, for a cell."""
    kind, content = next(iter(value.items()))
    if kind in {"S", "N"}:
        text = str(content)
    elif kind == "BOOL":
        text = "true" if content else "false"
    elif kind == "NULL":
        text = "null"
    elif kind == "B":
        text = f"{len(content) * 3 // 4 - content.count('=', -2)} bytes: {content[:24]}"
    elif kind in {"L", "M"}:
        text = dump(_bared(value), indent=None)[: 4 * SHORT]
    else:
        text = f"{{{', '.join(content[: SHORT // 2])}}}"
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _bared(value: Value, depth: int = 0) -> Any:
    """Without types, as far as a cell can show it."""
    kind, content = next(iter(value.items()))
    if kind == "M":
        return (
            {name: _bared(each, depth + 1) for name, each in list(content.items())[:8]}
            if depth < 3
            else {}
        )
    if kind == "L":
        return [_bared(each, depth + 1) for each in content[:8]] if depth < 3 else []
    if kind == "NULL":
        return None
    return content[:SHORT] if isinstance(content, str) else content


def columns(items: Iterable[Item], keys: list[str], most: int) -> list[str]:
    """The attributes that a table of items shows: the keys first, then those that most items have."""
    counted: dict[str, int] = dict.fromkeys(keys, 0)
    for item in items:
        for name in item:
            if name in counted or len(counted) < NAMED:
                counted[name] = counted.get(name, 0) + 1
    rest = sorted(set(counted) - set(keys), key=lambda name: (-counted[name], name))
    return [*keys, *rest[: max(0, most - len(keys))]]

"""Query strings and forms: names and values, and the trees that the query protocol writes in dotted names.

https://url.spec.whatwg.org/#urlencoded-parsing,
https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#x-www-form-urlencoded-shape-serialization
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote

from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import scalars
from homeport.aws.protocol.values.mismatch import Mismatch

Tree = dict[str, Any]
"""Names to texts or further trees."""
Read = Callable[[Any], Any]
Memo = dict[str, Read]
Compound = TypeVar("Compound", dict[str, Any], list[Any])

DEPTH_LIMIT = 32
"""Dots in a name. The deepest input of a query service has fewer."""
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
PAIR_LIMIT = 20_000
"""Names in one form: ten messages of ten attributes have some 600."""


def decode(text: str) -> str:
    """Undoes percent-encoding, strictly as UTF-8, and `+` for a space. Raises `Mismatch`."""
    if "+" in text:
        text = text.replace("+", " ")
    return decode_path(text)


def decode_path(text: str) -> str:
    """Undoes percent-encoding, strictly as UTF-8. Raises `Mismatch`."""
    if "%" not in text and text.isascii():
        return text
    try:
        # A head is Latin-1 text; raw bytes of UTF-8 in it are taken for what they are.
        return unquote(text.encode("latin-1").decode("utf-8"), errors="strict")
    except UnicodeError:
        raise Mismatch("A name or value is not UTF-8") from None


def decode_label(text: str) -> str:
    """A part of a path. Raises `Mismatch` also for a `%` that begins no percent-encoded byte, as S3 refuses one.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList (InvalidURI)
    """
    if "%" in text and _BROKEN_PERCENT.search(text) is not None:
        raise Mismatch("A part of the path is not percent-encoded")
    return decode_path(text)


def split(text: str) -> dict[str, list[str]]:
    """The values of each name, decoded, in their order. A name without `=` has the value ``."""
    found: dict[str, list[str]] = {}
    if not text:
        return found
    if text.count("&") >= PAIR_LIMIT:
        raise Mismatch("There are too many parameters")
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if not name:
            continue
        name, value = decode(name), decode(value)
        if name in found:
            found[name].append(value)
        else:
            found[name] = [value]
    return found


def tree(fields: dict[str, list[str]]) -> Tree:
    """Dotted names as a tree; the last of repeated values counts."""
    root: Tree = {}
    for name, values in fields.items():
        if "." not in name:
            _put(root, name, values[-1])
            continue
        *path, last = name.split(".", DEPTH_LIMIT)
        node = root
        for part in path:
            below = node.setdefault(part, {})
            if below.__class__ is not dict:
                raise Mismatch(f"The parameter {name[:64]} stands below one that has a value")
            node = below
        _put(node, last, values[-1])
    return root


def _put(node: Tree, name: str, value: str) -> None:
    if name in node:
        raise Mismatch(f"The parameter {name[:64]} has a value and parameters below it")
    node[name] = value


def compile_reader(shape: Shape, memo: Memo | None = None) -> Read:
    """What turns the tree (or text) of a shape into its parameter."""
    memo = {} if memo is None else memo
    make = _COMPOUND.get(shape.type)
    if make is not None:
        return make(shape, memo)
    convert = scalars.reader(shape, "iso8601")

    def read(node: Any) -> Any:
        if node.__class__ is not str:
            raise Mismatch("A parameter must be a single value")
        return convert(node)

    return read


def _structure(shape: Shape, memo: Memo) -> Read:
    known = memo.get(shape.name)
    if known is not None:
        return known
    table: dict[str, tuple[str, Read]] = {}

    def read(node: Any) -> dict[str, Any]:
        if node.__class__ is not dict:
            return _empty(node, {})
        found = {}
        for wire_name, item in node.items():
            slot = table.get(wire_name)
            if slot is not None:
                found[slot[0]] = slot[1](item)
        return found

    memo[shape.name] = read
    for name, member in shape.members.items():
        slot = (name, compile_reader(member, memo))
        table[member.location_name or name] = slot
        if member.type == "list" and member.is_flattened and member.member.location_name:
            # Smithy names a flattened list by its member, botocore by its items.
            table[member.member.location_name] = slot
    return read


def _empty(node: Any, value: Compound) -> Compound:
    """An empty compound is sent as an empty text."""
    if node == "":
        return value
    raise Mismatch("A value stands where a structure or list is expected")


def _numbered(node: Any) -> list[Any]:
    """The entries of a list or map in the order of their numbers."""
    if node.__class__ is not dict:
        return _empty(node, [])
    try:
        # Numbers are short: a long run of digits is no index, and slow to convert.
        entries = sorted(
            (int(index) if len(index) < 10 else _refuse(index), item)
            for index, item in node.items()
        )
    except ValueError:
        raise Mismatch("A list must be numbered: Name.1, Name.2") from None
    except TypeError:
        raise Mismatch("A number of a list is given twice") from None
    return [item for _, item in entries]


def _refuse(index: str) -> int:
    raise Mismatch(f"'{index[:64]}' is not a number of a list")


def _list(shape: Shape, memo: Memo) -> Read:
    convert = compile_reader(shape.member, memo)
    inner = None if shape.is_flattened else (shape.member.location_name or "member")

    def read(node: Any) -> list[Any]:
        if inner is not None and node.__class__ is dict:
            node = node.get(inner, {})
        return [convert(item) for item in _numbered(node)]

    return read


def _map(shape: Shape, memo: Memo) -> Read:
    convert = compile_reader(shape.value, memo)
    key_name = shape.key.location_name or "key"
    value_name = shape.value.location_name or "value"
    inner = None if shape.is_flattened else "entry"

    def read(node: Any) -> dict[str, Any]:
        if inner is not None and node.__class__ is dict:
            node = node.get(inner, {})
        found = {}
        for entry in _numbered(node):
            if (
                entry.__class__ is not dict
                or entry.get(key_name).__class__ is not str
                or value_name not in entry
            ):
                raise Mismatch(f"A map entry must have a {key_name} and a {value_name}")
            found[entry[key_name]] = convert(entry[value_name])
        return found

    return read


_COMPOUND: dict[str, Callable[[Shape, Memo], Read]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}

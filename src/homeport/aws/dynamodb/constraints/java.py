"""What shows through of the service's own language: the order of members, and values as text.

The order is that of a hash map over the members' names: it gives the order of the errors in
https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/validation-ordering/updateItem.test.ts and
https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/validation-ordering/createTable.test.ts, and that of
https://github.com/architect/dynalite/blob/main/validations/scan.js. Values are shown as in
https://github.com/paritysuite/dynamodb-conformance/blob/main/captures/cross-region-latest.json (`c_bw_over25`, `c_ct_3keys`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from homeport.aws.protocol.shape import Shape

SHOWN = 65_536
"""Characters of a value that an error repeats. AWS repeats all of it, which could be more than the request's 16 MiB."""

_HIDDEN_MEMBERS = 2
"""Members that the service has beside those of its model: PutItem and DeleteItem have 11, and the order of a table for more than 12."""
_LEAST_BUCKETS = 16
_VALUE_KINDS = [
    "S",
    "N",
    "B",
    "INT",
    "DECIMAL",
    "DOUBLE",
    "SS",
    "NS",
    "BS",
    "INTSET",
    "DECIMALSET",
    "DOUBLESET",
    "M",
    "L",
    "NULL",
    "BOOL",
]
_HIDDEN = {"PutRequest": "workloadProfileName=null"}


def lower_first(name: str) -> str:
    """A member's name as the service has it."""
    return name[:1].lower() + name[1:]


def ordered(names: Iterable[str]) -> list[str]:
    """Members in the order in which the service goes through them.

    https://docs.oracle.com/javase/8/docs/api/java/util/HashMap.html, https://docs.oracle.com/javase/8/docs/api/java/lang/String.html#hashCode--
    """
    found = list(names)
    buckets = _LEAST_BUCKETS
    while len(found) + _HIDDEN_MEMBERS > buckets * 3 // 4:
        buckets *= 2
    return sorted(found, key=lambda name: _hash(lower_first(name)) & (buckets - 1))


def _hash(text: str) -> int:
    code = 0
    for character in text:
        code = (31 * code + ord(character)) & 0xFFFFFFFF
    return code ^ (code >> 16)


def shown(shape: Shape, value: Any) -> str:
    """A value as an error repeats it."""
    return _text(shape, value)[:SHOWN]


def _text(shape: Shape, value: Any) -> str:
    if value is None:
        return "null"
    if shape.name == "AttributeValue":
        return _attribute(value)
    show = _COMPOUND.get(shape.type)
    if show is not None:
        return show(shape, value)
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
    return str(value)


def _structure(shape: Shape, value: dict[str, Any]) -> str:
    members = [
        f"{lower_first(name)}={_text(member, value.get(name))}"
        for name, member in shape.members.items()
    ]
    if shape.name in _HIDDEN:
        members.append(_HIDDEN[shape.name])
    return f"{shape.name}({', '.join(members)})"


def _list(shape: Shape, value: list[Any]) -> str:
    return f"[{', '.join(_text(shape.member, item) for item in value)}]"


def _map(shape: Shape, value: dict[str, Any]) -> str:
    return _braces(value, lambda item: _text(shape.value, item))


def _braces(value: dict[str, Any], show: Callable[[Any], str]) -> str:
    return f"{{{', '.join(f'{key}={show(item)}' for key, item in value.items())}}}"


def _attribute(value: Any) -> str:
    if not isinstance(value, dict):
        return _scalar(value)
    kinds = (f"{lower_first(kind)}={_content(value.get(kind))}" for kind in _VALUE_KINDS)
    return f"AttributeValue({', '.join(kinds)})"


def _content(content: Any) -> str:
    if content is None:
        return "null"
    if isinstance(content, dict):
        return _braces(content, _attribute)
    if isinstance(content, list):
        return f"[{', '.join(map(_attribute, content))}]"
    return _scalar(content)


_COMPOUND: dict[str, Callable[[Shape, Any], str]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}

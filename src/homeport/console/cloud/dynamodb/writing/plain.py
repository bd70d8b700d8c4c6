"""Items as plain JSON, from which exactly the same item comes back.

Strings, numbers, booleans, nulls, lists and maps are what they are in JSON; numbers keep all their digits. Binary and sets, which JSON
has not, stand in their DynamoDB form: `{"B": "aGk="}`, `{"SS": ["a", "b"]}`. A map that would look like one stands in `{"M": ...}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.values import Item, Value

TYPED = frozenset({"N", "B", "SS", "NS", "BS", "M"})
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
"""https://www.rfc-editor.org/rfc/rfc8259#section-6"""


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def dump(item: Item, *, indent: int = 2) -> str:
    """Plain JSON; `indent` 0 is one line."""
    return "".join(_map(item, indent, 1))


def load(text: str) -> Item:
    """The item of a plain JSON. Raises `Trouble`."""
    return read(parse(text))


def parse(text: str) -> Any:
    """JSON whose numbers keep all their digits. Raises `Trouble`."""
    return values.parse(text, _Number)


def read(found: Any) -> Item:
    """The item of what `parse` has found. Raises `Trouble`."""
    if not isinstance(found, dict):
        raise Trouble("An item is a JSON object: its attributes by their names.")
    try:
        item = {name: _typed(each) for name, each in found.items()}
    except RecursionError as error:
        raise Trouble("This is nested too deeply.", hint="DynamoDB allows 32 levels.") from error
    return values.checked(item)


def _value(value: Value, indent: int, level: int) -> Iterator[str]:
    kind, content = next(iter(value.items()))
    if kind == "M":
        if len(content) == 1 and next(iter(content)) in TYPED:
            yield from ('{"M": ', *_map(content, indent, level), "}")
        else:
            yield from _map(content, indent, level)
    elif kind == "L":
        yield from _list(content, indent, level)
    elif kind == "N" and _NUMBER.fullmatch(content):
        yield content
    elif kind in TYPED:
        yield json.dumps({kind: content}, ensure_ascii=False)
    else:
        yield json.dumps(None if kind == "NULL" else content, ensure_ascii=False)


def _map(content: Item, indent: int, level: int) -> Iterator[str]:
    if not content:
        yield "{}"
        return
    glue = _glue(indent, level)
    for at, (name, each) in enumerate(content.items()):
        yield f"{'{' if at == 0 else ','}{glue if indent or at == 0 else ' '}"
        yield f"{json.dumps(name, ensure_ascii=False)}: "
        yield from _value(each, indent, level + 1)
    yield f"{_glue(indent, level - 1)}}}"


def _list(content: list[Value], indent: int, level: int) -> Iterator[str]:
    if not content:
        yield "[]"
        return
    glue = _glue(indent, level)
    for at, each in enumerate(content):
        yield f"{'[' if at == 0 else ','}{glue if indent or at == 0 else ' '}"
        yield from _value(each, indent, level + 1)
    yield f"{_glue(indent, level - 1)}]"


def _glue(indent: int, level: int) -> str:
    return "\n" + " " * (indent * level) if indent else ""


def _typed(found: Any) -> Value:
    if isinstance(found, _Number):
        return {"N": str(found)}
    if isinstance(found, str):
        return {"S": found}
    if found is None:
        return {"NULL": True}
    if isinstance(found, bool):
        return {"BOOL": found}
    if isinstance(found, list):
        return {"L": [_typed(each) for each in found]}
    return _object(found)


def _object(found: dict[str, Any]) -> Value:
    if len(found) == 1:
        kind, content = next(iter(found.items()))
        if kind == "M" and isinstance(content, dict):
            return {"M": {name: _typed(each) for name, each in content.items()}}
        if kind in TYPED:
            return {kind: _bare(content)}
    return {"M": {name: _typed(each) for name, each in found.items()}}


def _bare(content: Any) -> Any:
    """The content of a typed value; its numbers may stand as numbers too."""
    if isinstance(content, list):
        return [str(each) if isinstance(each, str) else each for each in content]
    return str(content) if isinstance(content, str) else content

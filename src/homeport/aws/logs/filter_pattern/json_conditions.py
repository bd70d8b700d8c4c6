"""Conditions of messages that are JSON objects: `{ $.user.id = 1 && $.actions[2] != GET }`.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from homeport.aws.logs.filter_pattern import conditions, regex
from homeport.aws.logs.filter_pattern.conditions import Reader, Value
from homeport.aws.logs.filter_pattern.wording import Match, invalid

_STEP = re.compile(
    r"""\.?\[(?:(?P<index>\d+)|'(?P<single>[^']*)'|"(?P<double>[^"]*)")\]|\.(?P<name>[\w-]+)"""
)
_MISSING: Any = object()
_INDEX_DIGITS = 9

Path = tuple[str | int, ...]
Test = Callable[[Any], bool]


def read(text: str) -> Match:
    """A pattern between braces. What it extracts are the values that it compares."""
    reader = Reader(text, regex.Count())
    paths: dict[str, Path] = {}
    test = reader.condition(lambda reader: _comparison(reader, paths))
    if reader.peek().kind:
        raise invalid()

    def match(message: str) -> dict[str, str] | None:
        document = _document(message)
        if document is None or not test(document):
            return None
        values = {name: _found(document, path) for name, path in paths.items()}
        return {name: _shown(value) for name, value in values.items() if value is not _MISSING}

    return match


def _document(message: str) -> dict[str, Any] | None:
    if "{" not in message:
        return None
    try:
        found = json.loads(message)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _comparison(reader: Reader, paths: dict[str, Path]) -> Test:
    selector = reader.take("selector").text
    path = paths[selector] = _path(selector)
    if reader.take_if("IS"):
        return _is(reader.take("word").text, path)
    if reader.take_if("NOT"):
        if reader.take("word").text != "EXISTS":
            raise invalid()
        return lambda document: _found(document, path) is _MISSING
    sign = reader.take("sign").text
    test = conditions.comparison(sign, reader.wanted())
    return lambda document: test(_comparable(_found(document, path)))


def _is(word: str, path: Path) -> Test:
    values = {"NULL": None, "TRUE": True, "FALSE": False}
    if word not in values:
        raise invalid()
    wanted = values[word]
    return lambda document: _found(document, path) is wanted


def _path(selector: str) -> Path:
    steps: list[str | int] = []
    for found in _STEP.finditer(selector, 1):
        if found["index"] is not None:
            if len(found["index"]) > _INDEX_DIGITS:
                raise invalid()
            steps.append(int(found["index"]))
        else:
            steps.append(found["name"] or found["single"] or found["double"] or "")
    return tuple(steps)


def _found(document: Any, path: Path) -> Any:
    """What is at a path."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(document, list) or step >= len(document):
                return _MISSING
            document = document[step]
        elif isinstance(document, dict) and step in document:
            document = document[step]
        else:
            return _MISSING
    return document


def _comparable(value: Any) -> Value:
    """Only texts and numbers can be compared; arrays and objects match nothing, neither with `=` nor with `!=`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str | int | float) else None


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)

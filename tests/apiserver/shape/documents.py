"""Bodies as they come in: JSON or YAML, with fields that are given twice found."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml


class Unreadable(Exception):
    """The body is no JSON or YAML, or no object."""


class Body(NamedTuple):
    """The object, the fields that are given twice, and on which lines."""

    document: dict
    duplicates: tuple[str, ...]
    lines: tuple[int, ...] = ()


class _Pairs(list):
    """A JSON object as it was written: names may come twice."""

    lines: tuple[int, ...] = ()
    """Of the names; none where all is one line."""


def read_json(body: bytes) -> Body:
    """A JSON object."""
    try:
        found = json.loads(body, object_pairs_hook=_Pairs)
    except (ValueError, UnicodeDecodeError) as error:
        why = go_error(error, body)
        raise Unreadable(f"couldn't get version/kind; json parse error: {why}") from error
    if found is not None and not isinstance(found, _Pairs):
        given = f"json: cannot unmarshal {form(found)} into Go value of type {NAMED}"
        raise Unreadable(f"couldn't get version/kind; json parse error: {given}")
    return _body(found)


NAMED = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
    'Kind string "json:\\"kind,omitempty\\"" }'
)


def go_error(error: ValueError, body: bytes) -> str:
    """What is wrong with JSON, as Go's decoder says it, as far as ours can tell.

    https://github.com/golang/go/blob/master/src/encoding/json/scanner.go
    """
    text = body.decode(errors="replace")
    place = getattr(error, "pos", len(text))
    if not text[place:].strip():
        return "unexpected end of JSON input"
    return f"invalid character '{text[place]}' looking for beginning of value"


def go_text(content: Any) -> str:
    """A value as Go writes it in texts: `map[a:[1 2]]`."""
    if isinstance(content, dict):
        return f"map[{' '.join(f'{name}:{go_text(content[name])}' for name in sorted(content))}]"
    if isinstance(content, list):
        return f"[{' '.join(map(go_text, content))}]"
    return content if isinstance(content, str) else json.dumps(content).replace("null", "<nil>")


def summary(body: bytes) -> str:
    """The body as texts about it end.

    https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go
    """
    if not body:
        return "<empty>"
    shown = body[:30]
    more = " ..." if len(body) > len(shown) else ""
    if body[:1] == b"{":
        return shown.decode(errors="replace") + more
    return shown.hex() + more


def read_yaml(body: bytes) -> Body:
    """A YAML object, which may be JSON: https://yaml.org/spec/1.2.2/#12-overview-of-yaml"""
    if body[:1] in {b"{", b"["}:
        try:
            return _body(json.loads(body, object_pairs_hook=_Pairs))
        except ValueError:
            pass
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(body)
    try:
        node = loader.get_single_node()
        found = None if node is None else _constructed(loader, node)
    except yaml.YAMLError as error:
        raise Unreadable(f"error converting YAML to JSON: yaml: {error}") from error
    finally:
        loader.dispose()
    return _body(found)


def _constructed(loader: Any, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        loader.flatten_mapping(node)
        found = _Pairs(
            (str(loader.construct_object(key)), _constructed(loader, value))
            for key, value in node.value
        )
        found.lines = tuple(key.start_mark.line + 1 for key, _ in node.value)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_constructed(loader, part) for part in node.value]
    found = loader.construct_object(node)
    return found.isoformat() if isinstance(found, datetime.date) else found


def _body(found: Any) -> Body:
    if found is None:
        return Body({}, ())
    if not isinstance(found, _Pairs):
        why = (
            f"json: cannot unmarshal {form(found)} into Go value of type map[string]interface {{}}"
        )
        raise Unreadable(f"error unmarshaling JSON: while decoding JSON: {why}")
    twice = list(_twice(found, ""))
    return Body(_plain(found), tuple(path for path, _ in twice), tuple(line for _, line in twice))


def _plain(content: Any) -> Any:
    if isinstance(content, _Pairs):
        return {name: _plain(part) for name, part in content}
    if isinstance(content, list):
        return [_plain(part) for part in content]
    return content


def _twice(content: Any, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(content, _Pairs):
        seen: set[str] = set()
        for (name, part), line in zip(content, content.lines or [1] * len(content), strict=True):
            place = f"{path}.{name}" if path else name
            if name in seen:
                yield place, line
            seen.add(name)
            yield from _twice(part, place)
    elif isinstance(content, list):
        for index, part in enumerate(content):
            yield from _twice(part, f"{path}[{index}]")


def form(content: Any) -> str:
    """The JSON type of a value, as Go's decoder names it."""
    if isinstance(content, bool):
        return "boolean"
    for kind, name in (
        (str, "string"),
        ((int, float), "number"),
        (dict, "object"),
        (list, "array"),
    ):
        if isinstance(content, kind):
            return name
    return "null"


def is_time(content: str) -> bool:
    """Whether it is a time of RFC 3339."""
    try:
        return datetime.datetime.fromisoformat(content).tzinfo is not None
    except ValueError:
        return False


def without_nulls(content: Any) -> Any:
    """The value without fields that hold null, which is the same as not having them."""
    if isinstance(content, dict):
        return {name: without_nulls(part) for name, part in content.items() if part is not None}
    if isinstance(content, list):
        return [without_nulls(part) for part in content]
    return content

"""Sets of fields as `managedFields` holds them: `f:` a field, `k:` an item by its keys, `v:` an item by its value.

A path is a tuple of such elements, a set of fields a frozenset of paths.
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ (FieldsV1)
"""

from __future__ import annotations

import json
from collections.abc import Iterable

Path = tuple[str, ...]
Fields = frozenset[Path]
NONE: Fields = frozenset()
ITSELF = "."


def field(name: str) -> str:
    """The element of a field."""
    return f"f:{name}"


def value(content: object) -> str:
    """The element of an item of a set."""
    return f"v:{_compact(content)}"


def key(keys: dict) -> str:
    """The element of an item that is known by these fields."""
    return f"k:{_compact(keys)}"


def _compact(content: object) -> str:
    return json.dumps(content, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def tree(fields: Iterable[Path]) -> dict:
    """The set as nested maps, which is its form on the wire: a place with something below it holds itself by a dot."""
    root: dict = {}
    for path in sorted(fields):
        place = root
        for element in path:
            place = place.setdefault(element, {})
        place[ITSELF] = {}
    return _trimmed(root)


def _trimmed(place: dict) -> dict:
    if set(place) == {ITSELF}:
        return {}
    return {name: below if name == ITSELF else _trimmed(below) for name, below in place.items()}


def flat(content: dict) -> Fields:
    """The set that is written so."""
    return frozenset(_flat(content, ()))


def _flat(place: dict, path: Path) -> Iterable[Path]:
    if not place and path:
        yield path
    for element, below in place.items():
        if element == ITSELF:
            yield path
        else:
            yield from _flat(below, (*path, element))


def text(path: Path) -> str:
    """As error texts say it: `.spec.ports[port=80,protocol="TCP"].name`."""
    return "".join(_text(element) for element in path)


def _text(element: str) -> str:
    sort, content = element[:2], element[2:]
    if sort == "f:":
        return f".{content}"
    if sort == "v:":
        return f"[={content}]"
    if sort == "i:":
        return f"[{content}]"
    keys = json.loads(content)
    return f"[{','.join(f'{name}={_compact(part)}' for name, part in keys.items())}]"


def below(fields: Iterable[Path], *prefixes: Path) -> Fields:
    """The paths that are one of `prefixes` or lie below one."""
    return frozenset(
        path for path in fields if any(path[: len(prefix)] == prefix for prefix in prefixes)
    )

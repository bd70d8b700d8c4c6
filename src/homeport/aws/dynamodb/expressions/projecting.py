"""Takes some of the attributes of an item, and parts of them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
"""

from __future__ import annotations

from typing import Any

from homeport.aws.dynamodb.expressions.nodes import Part, Path
from homeport.aws.dynamodb.values.attribute import Item, Value

_Tree = dict[Part, Any]
"""By part: the tree of what is wanted inside, or None for all."""


class Projection:
    """The paths that are wanted."""

    __slots__ = ("_tree", "paths")

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self.paths = paths
        self._tree: _Tree = {}
        for path in paths:
            tree = self._tree
            for part in path.parts[:-1]:
                tree = tree.setdefault(part, {})
            tree[path.parts[-1]] = None

    @property
    def attributes(self) -> tuple[str, ...]:
        """The top-level attributes, each once."""
        return tuple(str(name) for name in self._tree)

    def of(self, item: Item) -> Item:
        """What is wanted of an item and there. Elements of lists stand in their order, without gaps."""
        return _members(self._tree, item)


def project(projection: Projection, item: Item) -> Item:
    """What a projection wants of an item."""
    return projection.of(item)


def _members(tree: _Tree, members: Item) -> Item:
    found = {}
    for name, inner in tree.items():
        value = members.get(name)  # type: ignore[arg-type]
        if value is not None:
            part = value if inner is None else _part(inner, value)
            if part is not None:
                found[name] = part
    return found  # type: ignore[return-value]


def _elements(tree: _Tree, elements: list[Value]) -> list[Value]:
    found = []
    for index in sorted(tree):
        if index < len(elements):  # type: ignore[operator]
            inner = tree[index]
            part = elements[index] if inner is None else _part(inner, elements[index])  # type: ignore[index]
            if part is not None:
                found.append(part)
    return found


def _part(tree: _Tree, value: Value) -> Value | None:
    if isinstance(next(iter(tree)), str):
        members = value.get("M")
        found: Any = _members(tree, members) if members is not None else None
        return {"M": found} if found else None
    elements = value.get("L")
    found = _elements(tree, elements) if elements is not None else None
    return {"L": found} if found else None

"""Makes changes at paths of an item, all at once.

Indexes are those before the changes: `REMOVE a[0], a[1]` removes two neighbours. An element set behind the end of a list is appended:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.SET.AddingListElements
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.expressions.documents import paths
from homeport.aws.dynamodb.expressions.nodes import Part, Path
from homeport.aws.dynamodb.values import attribute
from homeport.aws.dynamodb.values import limits as value_limits
from homeport.aws.dynamodb.values.attribute import Item, Value

INVALID_PATH = "The document path provided in the update expression is invalid for update"

_Tree = dict[Part, Any]
"""By part: the tree of the changes inside, or a `_Leaf`."""


class _Leaf:
    """A value to be set, or None to remove what is there."""

    __slots__ = ("value",)

    def __init__(self, value: Value | None) -> None:
        self.value = value


def check(all_paths: Sequence[Path], item: Item) -> None:
    """Raises ValidationException where a path goes into what is not there, or is no map or list as it takes it for."""
    for path in all_paths:
        if len(path.parts) > 1:
            parent = paths.find(path.parts[:-1], item)
            if parent is None or ("M" if isinstance(path.parts[-1], str) else "L") not in parent:
                raise errors.VALIDATION(INVALID_PATH)


def make(edits: Sequence[tuple[Path, Value | None]], item: Item, *, is_nested: bool = True) -> Item:
    """A new item where the value at each path is the given one, or is gone. The paths are some that `check` lets through."""
    changed = dict(item)
    for path, value in edits:
        if value is not None and ("M" in value or "L" in value or len(path.parts) > 1):
            _check_depth(path, value)
        if len(path.parts) == 1:
            if value is None:
                changed.pop(path.parts[0], None)  # type: ignore[arg-type]
            else:
                changed[path.parts[0]] = value  # type: ignore[index]
    if is_nested:
        changed = _members(_tree(edits), changed)
    return changed


def _check_depth(path: Path, value: Value) -> None:
    if len(path.parts) + _levels(value) > value_limits.NESTING:
        raise errors.VALIDATION(attribute.TOO_DEEP)


def _levels(value: Value) -> int:
    """Maps and lists within each other."""
    if "M" in value:
        return 1 + max(map(_levels, value["M"].values()), default=0)
    if "L" in value:
        return 1 + max(map(_levels, value["L"]), default=0)
    return 0


_ORDER: dict[str, Callable[[str], Any] | None] = {"SS": None, "NS": Decimal, "BS": a2b_base64}


def set_of(kind: str, elements: Iterable[str]) -> Value:
    """A set of the type, in its canonical order."""
    return {kind: sorted(elements, key=_ORDER[kind])}


def _tree(edits: Sequence[tuple[Path, Value | None]]) -> _Tree:
    root: _Tree = {}
    for path, value in edits:
        if len(path.parts) > 1:
            tree = root
            for part in path.parts[:-1]:
                tree = tree.setdefault(part, {})
            tree[path.parts[-1]] = _Leaf(value)
    return root


def _members(tree: _Tree, members: Item) -> Item:
    changed: dict[Any, Value] = dict(members)
    for name, change in tree.items():
        if change.__class__ is not _Leaf:
            changed[name] = _inside(change, members[name])  # type: ignore[index]
        elif change.value is None:
            changed.pop(name, None)
        else:
            changed[name] = change.value
    return changed


def _elements(tree: _Tree, elements: list[Value]) -> list[Value]:
    changed: list[Value | None] = list(elements)
    for index in sorted(tree):
        change = tree[index]
        is_there = index < len(elements)  # type: ignore[operator]
        is_inside = change.__class__ is not _Leaf
        new = _inside(change, elements[index]) if is_inside else change.value  # type: ignore[index]
        if is_there:
            changed[index] = new  # type: ignore[index]
        else:
            changed.append(new)
    return [element for element in changed if element is not None]


def _inside(tree: _Tree, value: Value) -> Value:
    """A map or list with changes inside."""
    if "M" in value:
        return {"M": _members(tree, value["M"])}
    return {"L": _elements(tree, value["L"])}

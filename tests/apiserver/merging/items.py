"""Items of lists that are told apart by keys or by value, not by place."""

from __future__ import annotations

from collections.abc import Iterable

from tests.apiserver.merging import paths
from tests.apiserver.shape.schemas import Node, Schemas


class NoKey(Exception):
    """An item lacks a field by which it is known."""


def element(schemas: Schemas, node: Node, item: object) -> str:
    """The path element of an item; a key that is left out counts as its default."""
    if not node.keys:
        return paths.value(item)
    if not isinstance(item, dict):
        raise NoKey("associative list with keys may not have non-map elements")
    fields = schemas.node(node.element or {}).fields
    return paths.key({name: _key(schemas, fields, item, name) for name in node.keys})


def _key(schemas: Schemas, fields: dict, item: dict, name: str) -> object:
    if item.get(name) is not None:
        return item[name]
    declared = schemas.resolve(fields.get(name, {}))
    if "default" not in declared:
        raise NoKey(
            f'associative list with keys has an element that omits key field "{name}" '
            "(and doesn't have default value)"
        )
    return declared["default"]


def indexed(schemas: Schemas, node: Node, items: Iterable[object] | None) -> dict[str, object]:
    """The items by their elements, in their order; of equal ones the first."""
    found: dict[str, object] = {}
    for item in items or ():
        found.setdefault(element(schemas, node, item), item)
    return found


def order(live: list[str], applied: list[str]) -> list[str]:
    """The order of both together: that of `applied`, with what only `live` has staying before what it stood before.

    https://github.com/kubernetes-sigs/structured-merge-diff/blob/v6.3.0/typed/merge.go
    """
    wanted, merged = set(applied), []
    ahead = iter(applied)
    for name in live:
        if name not in wanted:
            merged.append(name)
        elif name not in merged:
            merged += _until(ahead, name)
    return [*merged, *ahead]


def _until(names: Iterable[str], last: str) -> Iterable[str]:
    for name in names:
        yield name
        if name == last:
            return

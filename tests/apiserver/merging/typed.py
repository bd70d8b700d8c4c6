"""Objects under their schema: which fields they have, what changed, and what comes of two of them.

https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.apiserver.merging import items, paths
from tests.apiserver.merging.paths import Fields, Path
from tests.apiserver.shape.schemas import ANYTHING, Node, Schemas


class Difference(NamedTuple):
    """The fields that an object has gained, that have another value, and that it has lost."""

    added: Fields
    modified: Fields
    removed: Fields


class Typing:
    """One kind's rules of merging."""

    def __init__(self, schemas: Schemas, root: dict) -> None:
        self.schemas, self.root = schemas, root

    # What there is

    def fields(self, document: dict) -> Fields:
        """All fields of an object, each item of a keyed list and each entry of a map being one as well."""
        return frozenset(self._fields(self.root, document, (), is_declared=True))

    def _fields(
        self, schema: dict, content: Any, path: Path, *, is_declared: bool
    ) -> Iterator[Path]:
        node = self._node(schema, content)
        if path and (not is_declared or content is None or content == {}):
            yield path
        if not _is_open(node, content):
            yield path
            return
        for element, below, part in self._parts(node, content):
            is_field = node.sort == "map" and element[2:] in node.fields
            yield from self._fields(below, part, (*path, element), is_declared=is_field)

    def _node(self, schema: dict, content: Any) -> Node:
        """The node of a place; undeclared content is merged by what it happens to be."""
        node = self.schemas.node(schema)
        if node.sort != "any":
            return node
        sort = (
            "map"
            if isinstance(content, dict)
            else "list"
            if isinstance(content, list)
            else "scalar"
        )
        return node._replace(sort=sort, element=ANYTHING, is_atomic=sort == "list")

    def _parts(self, node: Node, content: Any) -> list[tuple[str, dict, Any]]:
        """The parts of a map or keyed list: element, schema and value."""
        if content is None:
            return []
        if node.sort == "map":
            return [
                (paths.field(name), self.below(node, name), part) for name, part in content.items()
            ]
        found = items.indexed(self.schemas, node, content)
        return [(element, node.element or ANYTHING, part) for element, part in found.items()]

    def below(self, node: Node, name: str) -> dict:
        """The schema of a field or entry of a map."""
        return node.fields.get(name) or node.element or ANYTHING

    # What changed

    def compare(self, old: dict, new: dict) -> Difference:
        """From one object to another; the order of keyed items is no change."""
        before, after = self.values(old), self.values(new)
        modified = {path for path in before.keys() & after.keys() if before[path] != after[path]}
        return Difference(
            added=frozenset(after.keys() - before.keys()),
            modified=frozenset(modified),
            removed=frozenset(before.keys() - after.keys()),
        )

    def values(self, document: dict) -> dict[Path, Any]:
        """Each field with what can change of it: a leaf's value; nothing of a place that has fields of its own."""
        return dict(self._values(self.root, document, ()))

    def _values(self, schema: dict, content: Any, path: Path) -> Iterator[tuple[Path, Any]]:
        node = self._node(schema, content)
        if not _is_open(node, content):
            yield path, content
            return
        if path:
            yield path, None
        for element, below, part in self._parts(node, content):
            if part is not None:
                yield from self._values(below, part, (*path, element))
        for name in (*node.always, *node.null):
            if (content or {}).get(name) is None:
                below, nothing = node.fields[name], {} if name in node.always else None
                yield from self._values(below, nothing, (*path, paths.field(name)))

    # What comes of two

    def merge(self, live: dict, applied: dict) -> dict:
        """`live` with what `applied` says."""
        return self._merge(self.root, live, applied)

    def _merge(self, schema: dict, live: Any, applied: Any) -> Any:
        node = self._node(schema, applied)
        if not (_is_open(node, applied) and _is_open(node, live)) or live is None:
            return applied
        if applied is None:
            # Null says nothing of the parts of a place, so they stay:
            # https://github.com/kubernetes-sigs/structured-merge-diff/blob/v6.3.0/typed/merge.go
            return live
        if node.sort == "list":
            return self._merge_items(node, live, applied)
        names = [*live, *(name for name in applied if name not in live)]
        merged = {}
        for name in names:
            if name in applied:
                merged[name] = self._merge(self.below(node, name), live.get(name), applied[name])
            else:
                merged[name] = live[name]
        return merged

    def _merge_items(self, node: Node, live: Any, applied: Any) -> list:
        before = items.indexed(self.schemas, node, live)
        after = items.indexed(self.schemas, node, applied)
        below = node.element or ANYTHING
        return [
            self._merge(below, before.get(name), after[name]) if name in after else before[name]
            for name in items.order(list(before), list(after))
        ]

    # What is taken away

    def remove(self, document: dict, gone: Fields) -> dict:
        """The object without these fields and what is below them; of a map or list that is emptied so, null is left.

        https://github.com/kubernetes-sigs/structured-merge-diff/blob/v6.3.0/typed/remove.go
        """
        return self._remove(self.root, document, paths.tree(gone)) or {}

    def _remove(self, schema: dict, content: Any, gone: dict) -> Any:
        node = self._node(schema, content)
        if not _is_open(node, content) or not content:
            return content
        kept: dict[str, Any] = {}
        for element, below, part in self._parts(node, content):
            if element not in gone:
                kept[element] = part
            elif gone[element] and paths.ITSELF not in gone[element]:
                kept[element] = self._remove(below, part, gone[element])
        if not kept:
            return None
        if node.sort == "list":
            return list(kept.values())
        return {element[2:]: part for element, part in kept.items()}

    def with_named(self, fields: Fields) -> Fields:
        """The set with the declared fields on the way to its members, but not the maps and items on it."""
        found = set(fields)
        for path in fields:
            schema = self.root
            for place, element in enumerate(path[:-1]):
                node = self.schemas.node(schema)
                if node.sort == "map" and element[2:] in node.fields:
                    found.add(path[: place + 1])
                schema = (
                    self.below(node, element[2:])
                    if node.sort == "map"
                    else node.element or ANYTHING
                )
        return frozenset(found)


def _is_open(node: Node, content: Any) -> bool:
    """Whether the parts of a place are told apart, rather than the whole replaced."""
    if node.is_atomic or node.sort not in {"map", "list"}:
        return False
    return content is None or isinstance(content, dict if node.sort == "map" else list)

"""Strategic merge patch, which knows by which field items of lists are told apart.

https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
"""

from __future__ import annotations

from typing import Any

from tests.apiserver.shape.schemas import ANYTHING, Schemas

DIRECTIVE, RETAIN = "$patch", "$retainKeys"
ORDER, DELETE_ITEMS = "$setElementOrder/", "$deleteFromPrimitiveList/"


def apply(schemas: Schemas, schema: dict, document: Any, patch: Any) -> Any:
    """The document after the patch."""
    if not isinstance(patch, dict):
        return patch
    if patch.get(DIRECTIVE) == "replace":
        return {name: part for name, part in patch.items() if name != DIRECTIVE}
    if patch.get(DIRECTIVE) == "delete":
        return {}
    merged = dict(document) if isinstance(document, dict) else {}
    if RETAIN in patch:
        merged = {name: part for name, part in merged.items() if name in patch[RETAIN]}
    resolved = schemas.resolve(schema)
    for name, part in patch.items():
        if not name.startswith("$"):
            below = _below(resolved, name)
            _put(schemas, below, merged, name, part, patch.get(f"{ORDER}{name}"))
    _delete_items(merged, patch)
    return merged


def _below(schema: dict, name: str) -> dict:
    others = schema.get("additionalProperties")
    return schema.get("properties", {}).get(name) or (
        others if isinstance(others, dict) else ANYTHING
    )


def _put(schemas: Schemas, schema: dict, merged: dict, name: str, part: Any, order: Any) -> None:
    if part is None:
        merged.pop(name, None)
    elif isinstance(part, list):
        merged[name] = _items(schemas, schema, merged.get(name) or [], part, order)
    else:
        merged[name] = apply(schemas, schema, merged.get(name), part)


def _items(schemas: Schemas, schema: dict, before: list, patch: list, order: Any) -> list:
    resolved = schemas.resolve(schema)
    if "merge" not in resolved.get("x-kubernetes-patch-strategy", "").split(","):
        return patch
    key = resolved.get("x-kubernetes-patch-merge-key")
    if key is None:
        return [*before, *(item for item in patch if item not in before)]
    if any(item.get(DIRECTIVE) == "replace" for item in patch):
        return [item for item in patch if DIRECTIVE not in item]
    return _keyed(schemas, resolved.get("items", ANYTHING), key, before, patch, order)


def _keyed(schemas: Schemas, below: dict, key: str, before: list, patch: list, order: Any) -> list:
    found = {item.get(key): item for item in before}
    for item in patch:
        if item.get(DIRECTIVE) == "delete":
            found.pop(item.get(key), None)
        else:
            found[item.get(key)] = apply(schemas, below, found.get(item.get(key)), item)
    wanted = [item.get(key) for item in order or patch]
    known = [item.get(key) for item in before]
    return [found[name] for name in _ordered(wanted, known) if name in found]


def _ordered(wanted: list, known: list) -> list:
    """The patch's items in its order, with the others before those that they stood before; new ones do not wait.

    https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go (mergeSortedSlice)
    """
    places = {name: index for index, name in enumerate(known)}
    left, ordered = [name for name in known if name not in wanted], []
    for name in dict.fromkeys(wanted):
        while left and places[left[0]] < places.get(name, -1):
            ordered.append(left.pop(0))
        ordered.append(name)
    return [*ordered, *left]


def _delete_items(merged: dict, patch: dict) -> None:
    for directive, gone in patch.items():
        if directive.startswith(DELETE_ITEMS):
            name = directive.removeprefix(DELETE_ITEMS)
            merged[name] = [item for item in merged.get(name) or () if item not in gone]

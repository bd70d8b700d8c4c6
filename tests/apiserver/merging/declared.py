"""What server-side apply says of an object that does not fit its schema.

https://github.com/kubernetes-sigs/structured-merge-diff/blob/v6.3.0/typed/validate.go
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.apiserver.merging import items, paths
from tests.apiserver.shape import documents
from tests.apiserver.shape.schemas import ANYTHING, Node, Schemas, is_scalar_of_any_type, types


def text(schemas: Schemas, root: dict, document: dict) -> str:
    """All that is wrong, or nothing."""
    found = [
        f"{place}: {what}" if place else what
        for place, what in _errors(schemas, root, document, "")
    ]
    if len(found) < 2:
        return "".join(found)
    return "\n".join(["errors:", *(f"  {line}" for line in found)])


def _errors(schemas: Schemas, schema: dict, content: Any, path: str) -> Iterator[tuple[str, str]]:
    node = schemas.node(schema)
    if content is None or node.sort == "any":
        return
    if node.sort == "map":
        yield from _of_map(schemas, node, content, path)
    elif node.sort == "list":
        yield from _of_list(schemas, node, content, path)
    else:
        yield from _of_scalar(schemas.resolve(schema), content, path)


def _of_map(schemas: Schemas, node: Node, content: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(content, dict):
        yield path, f"expected map, got &{{{documents.go_text(content)}}}"
        return
    for name, part in content.items():
        below = node.fields.get(name) or node.element
        if below is not None:
            yield from _errors(schemas, below, part, f"{path}.{name}")
        elif not node.is_open:
            # No more is said of this map. The real server goes through it in any order, so it may name another one.
            yield f"{path}.{name}", "field not declared in schema"
            return


def _of_list(schemas: Schemas, node: Node, content: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(content, list):
        yield path, f"expected list, got &{{{documents.go_text(content)}}}"
        return
    seen: set[str] = set()
    for index, part in enumerate(content):
        place = f"{path}[{index}]"
        if not node.is_atomic:
            try:
                element = items.element(schemas, node, part)
            except items.NoKey as error:
                yield path, f"element {index}: {error}"
                continue
            if element in seen:
                yield path, f"duplicate entries for key {paths.text((element,))}"
            seen.add(element)
            place = f"{path}{paths.text((element,))}"
        yield from _errors(schemas, node.element or ANYTHING, part, place)


def _of_scalar(schema: dict, content: Any, path: str) -> Iterator[tuple[str, str]]:
    is_number = isinstance(content, int | float) and not isinstance(content, bool)
    wanted = "" if is_scalar_of_any_type(schema) else next(iter(types(schema)), "")
    if wanted in {"integer", "number"} and not is_number:
        yield path, f"expected numeric (int or float), got {_go_type(content)}"
    elif wanted == "string" and not isinstance(content, str):
        yield path, f"expected string, got &value.valueUnstructured{{Value:{_shown(content)}}}"
    elif wanted == "boolean" and not isinstance(content, bool):
        yield path, f"expected boolean, got {_shown(content)}"
    elif isinstance(content, dict | list):
        yield path, f"expected any scalar, got {_shown(content)}"


def _shown(content: Any) -> str:
    return json.dumps(content)


def _go_type(content: Any) -> str:
    if isinstance(content, bool):
        return "bool"
    forms = ((str, "string"), (dict, "map[string]interface {}"), (list, "[]interface {}"))
    return next((name for kind, name in forms if isinstance(content, kind)), "<nil>")

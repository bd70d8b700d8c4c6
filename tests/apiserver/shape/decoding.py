"""A body made an object of its kind: undeclared fields found and left out, types checked.

https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, NamedTuple

from tests.apiserver.shape import documents, quantities, walk
from tests.apiserver.shape.schemas import ANYTHING, Node, Schemas, is_scalar_of_any_type, types

GO_TYPES = {
    ("integer", "int32"): "int32",
    ("integer", ""): "int64",
    ("integer", "int64"): "int64",
    ("number", ""): "float64",
    ("string", "date-time"): "Time",
    ("string", ""): "string",
    ("string", "byte"): "[]uint8",
    ("boolean", ""): "bool",
}


NOT_BASE64 = "illegal base64 data"


class Mistyped(Exception):
    """A value that its field cannot hold; the text is what Go's decoder says."""


class Decoded(NamedTuple):
    """The object without undeclared fields, and these by path."""

    document: dict
    unknown: tuple[str, ...]


def decode(schemas: Schemas, root: dict, document: dict, *, is_custom: bool = False) -> Decoded:
    """The object as the server takes it; `Mistyped` where a value does not fit.

    Of custom kinds only the metadata is checked so: their types are checked when all of the object is validated.
    """
    walker = _Walker(schemas, is_custom=is_custom)
    marks = root.get("x-kubernetes-group-version-kind") or [{"kind": ""}]
    found = walker.visit(root, document, "", marks[0]["kind"])
    return Decoded(found, tuple(walker.unknown))


def without_empty(schemas: Schemas, schema: dict, content: Any) -> Any:
    """The value without lists and maps that hold nothing, which the server's own types leave out; structures stay."""
    node = schemas.node(schema)
    if node.sort == "list" and isinstance(content, list):
        below = node.element or ANYTHING
        return [without_empty(schemas, below, part) for part in content]
    if node.sort != "map" or not isinstance(content, dict):
        return content
    kept = {}
    for name, part in content.items():
        below = node.fields.get(name) or node.element or ANYTHING
        if name not in node.fields or name in node.null or not _is_empty(schemas, below, part):
            kept[name] = without_empty(schemas, below, part)
    return kept


def _is_empty(schemas: Schemas, schema: dict, content: Any) -> bool:
    node = schemas.node(schema)
    is_map = node.sort == "map" and not node.fields and node.element is not None
    return content in ([], {}) and (node.sort == "list" or (is_map and not node.is_open))


class _Walker:
    def __init__(self, schemas: Schemas, *, is_custom: bool) -> None:
        self.schemas, self.is_custom = schemas, is_custom
        self.unknown: list[str] = []

    def visit(self, schema: dict, content: Any, path: str, struct: str) -> Any:
        node = self.schemas.node(schema)
        if content is None or node.sort == "any":
            return content
        if self.is_custom and path != "metadata" and not path.startswith("metadata."):
            if not isinstance(content, {"map": dict, "list": list}.get(node.sort, object)):
                return content
        else:
            _check(self.schemas, schema, content, self._said(path), struct)
        if node.sort == "map":
            return self._map(node, content, path, self._struct(schema) or struct)
        if node.sort == "list":
            below = node.element or ANYTHING
            return [
                self.visit(below, part, walk.item(path, index), struct)
                for index, part in enumerate(content)
            ]
        return content

    def _map(self, node: Node, content: dict, path: str, struct: str) -> dict:
        kept = {}
        for name, part in content.items():
            below = node.fields.get(name) or node.element
            if below is not None:
                is_entry = name not in node.fields
                place = path if is_entry and not self.is_custom else walk.field(path, name)
                found = self.visit(below, part, place, struct)
                if found is not None or is_entry:
                    kept[name] = found
            elif node.is_open:
                kept[name] = part
            else:
                self.unknown.append(walk.field(path, name))
        return kept

    def _said(self, path: str) -> str:
        """Metadata of custom kinds is decoded by itself, and the entries of its maps are not told apart."""
        below = path.removeprefix("metadata.")
        return below.partition(".")[0] if self.is_custom and below != path else path

    def _struct(self, schema: dict) -> str:
        reference = schema.get("$ref", "")
        return reference.rsplit(".", 1)[-1] if reference else ""


def _check(schemas: Schemas, schema: dict, content: Any, path: str, struct: str) -> None:
    resolved, form = schemas.resolve(schema), documents.form(content)
    reference = schema.get("$ref", "")
    if reference.endswith(".Quantity"):
        _check_quantity(content)
    elif is_scalar_of_any_type(resolved):
        if form not in {"string", "number"}:
            raise _mistyped(form, path, struct, "intstr.IntOrString")
    else:
        # Of a structure its own name, such as `v1.PodSpec`.
        named = ".".join(reference.rsplit(".", 2)[1:]) if "properties" in resolved else ""
        _check_type(resolved, content, form, path, struct, named)


def _check_type(schema: dict, content: Any, form: str, path: str, struct: str, named: str) -> None:
    wanted = next(iter(types(schema)), "")
    takes = {"integer": "number", "object": "object"}.get(wanted, wanted)
    style = schema.get("format", "")
    is_whole = not isinstance(content, float) or content.is_integer()
    if form != takes or (wanted == "integer" and not is_whole):
        shown = f"number {content}" if form == takes else form
        go_type = named or _go_type(wanted, style, schema)
        raise _mistyped(shown, path, struct, go_type)
    if style == "int32" and not -(2**31) <= content < 2**31:
        raise _mistyped(f"number {content}", path, struct, "int32")
    if style == "byte":
        _check_base64(content)
    if style == "date-time":
        _check_time(content)


def _go_type(wanted: str, style: str, schema: dict) -> str:
    if wanted == "array":
        return "[]" + str(next(iter(types(schema.get("items", {}))), "struct"))
    if wanted == "object":
        return "map[string]string" if "additionalProperties" in schema else "struct"
    return GO_TYPES.get((wanted, style), wanted)


def _mistyped(form: str, path: str, struct: str, wanted: str) -> Mistyped:
    place = f"{struct}.{path}" if struct else path
    form = form.replace("boolean", "bool")
    return Mistyped(f"json: cannot unmarshal {form} into Go struct field {place} of type {wanted}")


def _check_quantity(content: Any) -> None:
    if not isinstance(content, str | int | float) or isinstance(content, bool):
        raise Mistyped(quantities.ERROR)
    if not quantities.is_quantity(str(content)):
        raise Mistyped(quantities.ERROR)


def _check_base64(content: str) -> None:
    try:
        base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        place = next(
            (
                index
                for index, letter in enumerate(content)
                if not (letter.isalnum() or letter in "+/=")
            ),
            len(content) - len(content) % 4,
        )
        raise Mistyped(f"{NOT_BASE64} at input byte {place}") from None


def _check_time(content: str) -> None:
    if not documents.is_time(content):
        raise Mistyped(
            f'parsing time "{content}" as "2006-01-02T15:04:05Z07:00": cannot parse "{content}" as "2006"'
        )

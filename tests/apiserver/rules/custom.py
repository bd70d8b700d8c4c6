"""Custom kinds: their schema's demands, and the few expressions that ours hold.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.apiserver.rules import found
from tests.apiserver.rules.found import Causes
from tests.apiserver.shape import documents, walk
from tests.apiserver.shape.schemas import Schemas, is_scalar_of_any_type, types

EXPRESSIONS: dict[str, Callable[[Any], bool]] = {
    "self.startsWith('/')": lambda itself: itself.startswith("/"),
    "!has(self.secret) || !has(self.configMap)": lambda itself: (
        "secret" not in itself or "configMap" not in itself
    ),
    "(has(self.tpp) ? 1 : 0) + (has(self.cloud) ? 1 : 0) + (has(self.ngts) ? 1 : 0) == 1": lambda itself: (
        len({"tpp", "cloud", "ngts"} & set(itself)) == 1
    ),
}
"""The CEL rules of all our custom kinds, by hand; one that is not here fails loudly.
https://kubernetes.io/docs/reference/using-api/cel/
"""


def check(schemas: Schemas, schema: dict, content: Any, path: str = "") -> Causes:
    """All that the schema asks of a value and of what is in it."""
    resolved, form = schemas.resolve(schema), documents.form(content)
    if path == "metadata" or (content is None and resolved.get("nullable")):
        return
    wanted = next(iter(types(resolved)), "")
    if is_scalar_of_any_type(resolved):
        if form not in {"string", "number"}:
            yield _mistyped(path, content, "integer,string", form)
        yield from _of_string(resolved, content, path)
        return
    if wanted and not _is(wanted, content, form):
        yield _mistyped(path, content, wanted, form)
        return
    for checking in OF_TYPE.get(wanted, ()):
        yield from checking(schemas, resolved, content, path)
    yield from _enumerated(resolved, content, path)
    yield from _expressed(resolved, content, path, wanted)


def _is(wanted: str, content: Any, form: str) -> bool:
    if wanted == "integer":
        return form == "number" and float(content).is_integer()
    return form == wanted


def _mistyped(path: str, content: Any, wanted: str, form: str) -> found.Cause:
    given = "integer" if form == "number" and float(content).is_integer() else form
    return found.mistyped(path, given, f'{path} in body must be of type {wanted}: "{given}"')


def _of_object(schemas: Schemas, schema: dict, content: dict, path: str) -> Causes:
    for name in schema.get("required", ()):
        if content.get(name) is None:
            yield found.required(walk.field(path, name))
    fields, others = schema.get("properties", {}), schema.get("additionalProperties")
    for name, part in content.items():
        if name in fields:
            yield from check(schemas, fields[name], part, walk.field(path, name))
        elif isinstance(others, dict):
            yield from check(schemas, others, part, walk.field(path, name))


def _of_array(schemas: Schemas, schema: dict, content: list, path: str) -> Causes:
    if len(content) < schema.get("minItems", 0):
        least = schema["minItems"]
        yield found.invalid(
            path, len(content), f"{path} in body should have at least {least} items"
        )
    seen: list[Any] = []
    keys = schema.get("x-kubernetes-list-map-keys", ())
    for index, part in enumerate(content):
        yield from check(schemas, schema.get("items", {}), part, walk.item(path, index))
        mark = {key: part.get(key) for key in keys} if keys and isinstance(part, dict) else part
        if schema.get("x-kubernetes-list-type") in {"map", "set"} and mark in seen:
            yield found.duplicate(walk.item(path, index), mark)
        seen.append(mark)


def _of_text(_: Schemas, schema: dict, content: str, path: str) -> Causes:
    yield from _of_string(schema, content, path)
    if len(content) < schema.get("minLength", 0):
        least = schema["minLength"]
        yield found.invalid(path, content, f"{path} in body should be at least {least} chars long")
    if len(content) > schema.get("maxLength", len(content)):
        yield found.too_long(path, schema["maxLength"])
    if schema.get("format") == "date-time" and not documents.is_time(content):
        why = f'{path} in body must be of type date-time: "{content}"'
        yield found.invalid(path, content, why)


def _of_string(schema: dict, content: Any, path: str) -> Causes:
    pattern = schema.get("pattern")
    if pattern and isinstance(content, str) and re.search(pattern, content) is None:
        yield found.invalid(path, content, f"{path} in body should match '{pattern}'")


def _of_number(_: Schemas, schema: dict, content: float, path: str) -> Causes:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and content < least:
        why = f"{path} in body should be greater than or equal to {least}"
        yield found.invalid(path, content, why)
    if most is not None and content > most:
        yield found.invalid(path, content, f"{path} in body should be less than or equal to {most}")


OF_TYPE = {
    "object": (_of_object,),
    "array": (_of_array,),
    "string": (_of_text,),
    "integer": (_of_number,),
    "number": (_of_number,),
}


def _enumerated(schema: dict, content: Any, path: str) -> Causes:
    if "enum" in schema and content not in schema["enum"]:
        yield found.unsupported(path, content, schema["enum"])


def _expressed(schema: dict, content: Any, path: str, wanted: str) -> Causes:
    for rule in schema.get("x-kubernetes-validations", ()):
        if not EXPRESSIONS[rule["rule"]](content):
            shown = wanted if wanted in {"object", "array"} else content
            yield found.invalid(path, shown, rule["message"])


def fill(schemas: Schemas, schema: dict, content: Any) -> Any:
    """The value with the schema's defaults.

    https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
    """
    resolved = schemas.resolve(schema)
    if isinstance(content, dict):
        fields, others = resolved.get("properties", {}), resolved.get("additionalProperties")
        filled = {}
        for name, part in content.items():
            below = fields.get(name, others if isinstance(others, dict) else {})
            filled[name] = part if name == "metadata" else fill(schemas, below, part)
        for name, below in fields.items():
            if name not in filled and "default" in below:
                filled[name] = below["default"]
        return filled
    if isinstance(content, list):
        return [fill(schemas, resolved.get("items", {}), part) for part in content]
    return content

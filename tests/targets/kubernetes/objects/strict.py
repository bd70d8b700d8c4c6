"""Checks objects against the published schemas, in which nothing is allowed that is not declared.

Built-in kinds: JSON Schemas that say so themselves. Custom kinds: an OpenAPI v3 schema, of which a server drops undeclared fields;
here they are refused. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).parents[3] / "apiserver/schemas"
RELEASES = ("v1.33", "v1.34", "v1.35")
_KINDS = "x-kubernetes-group-version-kind"


def faults(obj: dict, release: str) -> list[str]:
    """What is wrong with an object."""
    return _faults(json.dumps(obj), release)


@functools.cache
def _faults(text: str, release: str) -> list[str]:
    obj = json.loads(text)
    found = _validator(obj["apiVersion"], obj["kind"], release).iter_errors(obj)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


@functools.cache
def _validator(api_version: str, kind: str, release: str):
    custom = _custom().get((api_version, kind))
    if custom is not None:
        return jsonschema.Draft202012Validator(custom)
    document = _document(release)
    group, _, version = api_version.rpartition("/")
    wanted = {"group": group, "version": version, "kind": kind}
    name = next(n for n, d in document["$defs"].items() if wanted in d.get(_KINDS, []))
    return jsonschema.Draft202012Validator({**document, "$ref": f"#/$defs/{name}"})


@functools.cache
def _document(release: str) -> dict:
    return json.loads((SCHEMAS / f"kubernetes-{release}.json").read_text())


@functools.cache
def _custom() -> dict[tuple[str, str], dict]:
    found = {}
    for each in json.loads((SCHEMAS / "custom.json").read_text()):
        for version in each["versions"]:
            schema = _closed(version["schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            found[f"{each['group']}/{version['name']}", each["names"]["kind"]] = schema
    return found


def _closed(schema):
    """The schema, with undeclared fields refused wherever fields are declared."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made

"""The schemas as OpenAPI, as far as `kubectl` and the provider of Terraform read them.

https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
"""

from __future__ import annotations

import hashlib
import json
import re

from tests.apiserver import errors
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.kinds import Kind
from tests.apiserver.shape import schemas

OPTIONS = {
    "get": ["pretty"],
    "put": ["dryRun", "fieldManager", "fieldValidation", "pretty"],
    "post": ["dryRun", "fieldManager", "fieldValidation", "pretty"],
    "patch": ["dryRun", "fieldManager", "fieldValidation", "force", "pretty"],
    "delete": ["dryRun", "gracePeriodSeconds", "propagationPolicy", "pretty"],
}
ACTIONS = {"get": "get", "put": "put", "post": "post", "patch": "patch", "delete": "delete"}


def answer(parts: list[str], cluster: Cluster) -> dict:
    """The index, or the document of one group and version."""
    if not parts:
        return {"paths": _index(cluster)}
    found = [kind for kind in cluster.kinds if kind.base == "/" + "/".join(parts)]
    if not found:
        raise errors.no_such_path()
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": f"{cluster.version}.6"},
        "paths": {path: item for kind in found for path, item in _paths(kind).items()},
        "components": {"schemas": _components(found, cluster)},
    }


def _index(cluster: Cluster) -> dict:
    rows = {}
    for base in dict.fromkeys(kind.base for kind in cluster.kinds):
        mark = hashlib.sha256(f"{base} {cluster.version}".encode()).hexdigest().upper()
        rows[base[1:]] = {"serverRelativeURL": f"/openapi/v3{base}?hash={mark}"}
    return rows


def _paths(kind: Kind) -> dict:
    above = f"{kind.base}/namespaces/{{namespace}}" if kind.namespaced else kind.base
    whole = {method: _operation(kind, method) for method in ("get", "post", "delete")}
    one = {method: _operation(kind, method) for method in ("get", "put", "patch", "delete")}
    return {
        f"{above}/{kind.plural}": whole,
        f"{above}/{kind.plural}/{{name}}": one,
    }


def _operation(kind: Kind, method: str) -> dict:
    return {
        "operationId": f"{method}{kind.kind}",
        "parameters": [
            {"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": True}}
            for name in OPTIONS[method]
        ],
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-action": ACTIONS[method],
        "x-kubernetes-group-version-kind": _marks(kind)[0],
    }


def _marks(kind: Kind) -> list[dict]:
    return [{"group": kind.group, "kind": kind.kind, "version": kind.version}]


def _components(found: list[Kind], cluster: Cluster) -> dict:
    components, wanted = {}, []
    for kind in found:
        schema = cluster.schemas.root(kind)
        name = f"{'.'.join(reversed(kind.group.split('.')))}.{kind.version}.{kind.kind}".lstrip(".")
        components[name] = {**_open(schema), "x-kubernetes-group-version-kind": _marks(kind)}
        wanted += _references(schema)
    while wanted:
        name = wanted.pop()
        if name not in components:
            schema = cluster.schemas.definitions[name]
            components[name] = _open(schema)
            wanted += _references(schema)
    return components


def _references(schema: dict) -> list[str]:
    return re.findall(r'"#/[$]defs/([^"]+)"', json.dumps(schema))


def _open(schema: object, *, names: bool = False) -> object:
    """JSON Schema as OpenAPI has it: one type, references elsewhere, no word of undeclared fields."""
    if isinstance(schema, list):
        return [_open(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "oneOf" in schema and not names:
        return {"oneOf": [{"type": name} for name in sorted(schemas.types(schema))]}
    opened = {}
    for key, value in schema.items():
        if key == "$ref" and not names:
            opened[key] = value.replace("#/$defs/", "#/components/schemas/")
        elif key == "type" and isinstance(value, list) and not names:
            opened[key] = next(name for name in value if name != "null")
        elif key != "additionalProperties" or value is not False or names:
            opened[key] = _open(value, names=key == "properties" and not names)
    return opened


def swagger(cluster: Cluster) -> dict:
    """All built-in kinds as version 2 has them: definitions only, since nobody reads its paths.

    https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v2
    """
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": f"{cluster.version}.6"},
        "paths": {},
        "definitions": {
            name: _second(_open(schema)) for name, schema in cluster.schemas.definitions.items()
        },
    }


def _second(schema: object) -> object:
    """What version 2 writes in another way: references, and what is a number or a text."""
    if isinstance(schema, list):
        return [_second(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "oneOf" in schema:
        is_integer = {"type": "integer"} in schema["oneOf"]
        return {"type": "string", **({"format": "int-or-string"} if is_integer else {})}
    made = {key: _second(value) for key, value in schema.items()}
    reference = made.get("$ref")
    if isinstance(reference, str):
        made["$ref"] = reference.replace("#/components/schemas/", "#/definitions/")
    return made

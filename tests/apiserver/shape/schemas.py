"""The schemas of one release and of the custom kinds, with references resolved as they are walked."""

from __future__ import annotations

import functools
import json
from typing import NamedTuple

from tests.apiserver import kinds
from tests.apiserver.kinds import Kind

_PREFIX = "#/$defs/"
META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
RELEASES = ("v1.33", "v1.34", "v1.35")
ANYTHING: dict = {"x-kubernetes-preserve-unknown-fields": True}
UNPUBLISHED: dict = {
    "type": "object",
    "properties": {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"$ref": _PREFIX + META},
        "spec": ANYTHING,
        "status": ANYTHING,
    },
}
"""Of a kind whose schema is in none of the files."""

DEFAULTS = (
    ("io.k8s.api.core.v1.ContainerPort", "protocol", "TCP"),
    ("io.k8s.api.core.v1.ServicePort", "protocol", "TCP"),
    ("io.k8s.api.core.v1.LocalObjectReference", "name", ""),
)
"""Keys of lists that may be left out, which the JSON Schemas have lost:
https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
"""

ALWAYS_THERE = {
    "apps.v1.DaemonSetSpec": ("template", "updateStrategy"),
    "apps.v1.DeploymentSpec": ("strategy", "template"),
    "apps.v1.ReplicaSetSpec": ("template",),
    "core.v1.Container": ("resources",),
    "core.v1.ContainerStatus": ("lastState", "state"),
    "core.v1.Event": ("involvedObject", "source"),
    "core.v1.NodeStatus": ("daemonEndpoints", "nodeInfo"),
    "core.v1.PersistentVolumeClaimSpec": ("resources",),
    "core.v1.PodTemplateSpec": ("metadata", "spec"),
    "core.v1.ServiceStatus": ("loadBalancer",),
    "discovery.v1.Endpoint": ("conditions",),
    "networking.v1.HTTPIngressPath": ("backend",),
    "networking.v1.IngressServiceBackend": ("port",),
    "networking.v1.IngressStatus": ("loadBalancer",),
    "networking.v1.NetworkPolicySpec": ("podSelector",),
    "rbac.v1.RoleBinding": ("roleRef",),
}
"""Structures that an object has even where nobody gave them, as `spec` and `status` are: those with `default: {}` in the
API's own description, which the JSON Schemas have lost: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
"""
NULL_AT_LEAST = {
    "apps.v1.DaemonSetSpec": ("selector",),
    "apps.v1.DeploymentSpec": ("selector",),
    "apps.v1.ReplicaSetSpec": ("selector",),
    "core.v1.PodSpec": ("containers",),
    "discovery.v1.EndpointSlice": ("endpoints",),
    "rbac.v1.Role": ("rules",),
}
"""Fields that an object has as null where nobody gave them."""
ALWAYS, NULL = "x-always-there", "x-null-at-least"


@functools.cache
def definitions(release: str) -> dict[str, dict]:
    """All named types of a release."""
    found = json.loads((kinds.SCHEMAS / f"kubernetes-{release}.json").read_text())["$defs"]
    for name, field, default in DEFAULTS:
        found[name]["properties"][field]["default"] = default
    for entry in found.values():
        if _kind(entry) != ("", "", ""):
            entry[ALWAYS] = tuple({"spec", "status"} & set(entry["properties"]))
    for mark, table in ((ALWAYS, ALWAYS_THERE), (NULL, NULL_AT_LEAST)):
        for name, fields in table.items():
            entry = found[f"io.k8s.api.{name}"]
            entry[mark] = (*entry.get(mark, ()), *fields)
    return found


class Node(NamedTuple):
    """What the merging of one place goes by: https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy

    `sort` is map, list, scalar or any (undeclared content, whose maps merge by key and whose lists are replaced).
    """

    sort: str
    schema: dict
    fields: dict[str, dict]
    element: dict | None
    """Of map entries that have no field of their own, or of list items."""
    is_atomic: bool
    keys: tuple[str, ...]
    is_open: bool
    """Whether undeclared fields are kept."""
    always: tuple[str, ...] = ()
    """Structures that are there even where nobody gave them."""
    null: tuple[str, ...] = ()
    """Fields that are there as null where nobody gave them."""


class Schemas:
    """Answers the schema of a kind, and follows references."""

    def __init__(self, release: str) -> None:
        self.release = release
        self.definitions = definitions(release)
        self._roots = {_kind(entry): name for name, entry in self.definitions.items()}
        self._nodes: dict[int, Node] = {}

    def root(self, kind: Kind) -> dict:
        """The schema of whole objects of this kind."""
        if kind in kinds.CUSTOM:
            return _custom(kind)
        name = self._roots.get((kind.group, kind.version, kind.kind))
        return UNPUBLISHED if name is None else self.definitions[name]

    def node(self, schema: dict) -> Node:
        """How a place of this schema is merged; the same answer for the same schema, made once."""
        known = self._nodes.get(id(schema))
        if known is None or known.schema is not schema:
            # A node holds its schema, so that no other can get the same id.
            known = self._nodes[id(schema)] = _node(self.resolve(schema))._replace(schema=schema)
        return known

    def resolve(self, schema: dict) -> dict:
        """The schema itself where it is only a reference; what stands beside the reference is kept."""
        if "$ref" not in schema:
            return schema
        target = self.definitions[schema["$ref"].removeprefix(_PREFIX)]
        if len(schema) == 1:
            return target
        return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}


def types(schema: dict) -> set[str]:
    """The JSON types that a schema takes, null left out."""
    given = schema.get("type") or [part.get("type") for part in schema.get("oneOf", ())]
    flat = [given] if isinstance(given, str) else given
    found = {name for part in flat for name in ([part] if isinstance(part, str) else part or ())}
    return found - {"null"}


def is_scalar_of_any_type(schema: dict) -> bool:
    """Whether numbers and strings are both taken, as of a quantity or a port."""
    return bool(schema.get("x-kubernetes-int-or-string")) or "oneOf" in schema


def _node(schema: dict) -> Node:
    found = types(schema)
    if found == {"array"}:
        return Node(
            sort="list",
            schema=schema,
            fields={},
            element=schema.get("items", ANYTHING),
            is_atomic=schema.get("x-kubernetes-list-type", "atomic") == "atomic",
            keys=tuple(schema.get("x-kubernetes-list-map-keys", ())),
            is_open=False,
        )
    is_open = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    is_map = "properties" in schema or "additionalProperties" in schema
    if is_map or (found == {"object"} and not is_open):
        return _map(schema, is_open=is_open or not is_map)
    sort = "scalar" if found or is_scalar_of_any_type(schema) else "any"
    return Node(sort, schema, {}, None, is_atomic=False, keys=(), is_open=is_open)


def _map(schema: dict, *, is_open: bool) -> Node:
    element = schema.get("additionalProperties")
    return Node(
        sort="map",
        schema=schema,
        fields=schema.get("properties", {}),
        element=element if isinstance(element, dict) else ANYTHING if is_open else None,
        is_atomic=schema.get("x-kubernetes-map-type") == "atomic",
        keys=(),
        is_open=is_open,
        always=schema.get(ALWAYS, ()),
        null=schema.get(NULL, ()),
    )


def _kind(entry: dict) -> tuple[str, str, str]:
    for known in entry.get("x-kubernetes-group-version-kind", ()):
        return (known["group"], known["version"], known["kind"])
    return ("", "", "")


@functools.cache
def _custom(kind: Kind) -> dict:
    """The schema of a custom kind, its metadata being like everybody's."""
    schema = kinds.CUSTOM[kind]["schema"]
    properties = {**schema["properties"], "metadata": {"$ref": _PREFIX + META}}
    return {**schema, "properties": properties}

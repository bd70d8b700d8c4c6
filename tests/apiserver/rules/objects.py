"""All rules of a kind together: what is filled in, what is refused, and what may not change."""

from __future__ import annotations

from collections.abc import Callable

from tests.apiserver import errors, kinds
from tests.apiserver.kinds import Kind
from tests.apiserver.rules import (
    access,
    configuration,
    custom,
    defaults,
    found,
    names,
    services,
    volumes,
    workloads,
)
from tests.apiserver.rules.found import Causes
from tests.apiserver.shape import walk
from tests.apiserver.shape.schemas import Schemas
from tests.apiserver.store import Store

CHECKS: dict[Kind, Callable[[dict], Causes]] = {
    kinds.SECRET: configuration.secret,
    kinds.CONFIG_MAP: configuration.config_map,
    kinds.CLAIM: volumes.claim,
    kinds.VOLUME: volumes.volume,
    kinds.STORAGE_CLASS: volumes.storage_class,
    kinds.SERVICE: services.check,
    kinds.DEPLOYMENT: workloads.deployment,
    kinds.REPLICA_SET: workloads.replica_set,
    kinds.DAEMON_SET: workloads.daemon_set,
    kinds.POD: workloads.pod,
    kinds.NETWORK_POLICY: access.network_policy,
    kinds.ROLE: access.role,
}
CHANGES: dict[Kind, Callable[[dict, dict], Causes]] = {
    kinds.SECRET: configuration.check_secret_change,
    kinds.CONFIG_MAP: configuration.check_config_map_change,
    kinds.CLAIM: volumes.check_claim_change,
    kinds.VOLUME: volumes.check_volume_change,
    kinds.STORAGE_CLASS: volumes.check_storage_class_change,
    kinds.SERVICE: services.check_change,
    kinds.DEPLOYMENT: workloads.check_change,
    kinds.REPLICA_SET: workloads.check_change,
    kinds.DAEMON_SET: workloads.check_change,
    kinds.POD: workloads.check_pod_change,
    kinds.ROLE_BINDING: access.check_role_binding_change,
}
STARTING_STATUS = {
    kinds.NAMESPACE: {"phase": "Active"},
    kinds.CLAIM: {"phase": "Pending"},
    kinds.VOLUME: {"phase": "Pending"},
    kinds.POD: {"phase": "Pending", "qosClass": "BestEffort"},
    kinds.SERVICE: {"loadBalancer": {}},
    kinds.DEPLOYMENT: {},
    kinds.REPLICA_SET: {"replicas": 0},
    kinds.DAEMON_SET: {
        "currentNumberScheduled": 0,
        "desiredNumberScheduled": 0,
        "numberMisscheduled": 0,
        "numberReady": 0,
    },
    kinds.INGRESS: {"loadBalancer": {}},
}
"""What a new object's status holds before any controller has seen it."""


def fill(kind: Kind, document: dict, schemas: Schemas) -> dict:
    """The object with its defaults."""
    if kind in kinds.CUSTOM:
        return custom.fill(schemas, schemas.root(kind), document)
    if kind == kinds.SERVICE:
        services.fill(document.setdefault("spec", {}))
    defaults.fill(kind, document)
    return document


def allocate(kind: Kind, document: dict, old: dict | None, store: Store) -> None:
    """Gives out, in place, what only the cluster can: addresses and ports; ApiError 422 where another has them."""
    if kind == kinds.SERVICE:
        place = document["metadata"]
        others = [
            other
            for other in store.list(kinds.SERVICE)
            if (other["metadata"]["namespace"], other["metadata"]["name"])
            != (place.get("namespace"), place.get("name"))
        ]
        causes = list(services.taken(document["spec"], others))
        if causes:
            raise errors.invalid(kind, place.get("name", ""), causes)
        services.allocate(document["spec"], others, None if old is None else old["spec"])
    if kind == kinds.NAMESPACE and old is None:
        document.setdefault("spec", {})["finalizers"] = ["kubernetes"]


def check(kind: Kind, document: dict, old: dict | None, schemas: Schemas) -> list[found.Cause]:
    """All that is wrong with an object, or with its change."""
    causes = list(names.metadata(kind, document))
    if kind in kinds.CUSTOM:
        causes += custom.check(schemas, schemas.root(kind), document)
    else:
        causes += CHECKS[kind](document) if kind in CHECKS else ()
        named = {cause.field for cause in causes}
        missing = required(schemas, schemas.root(kind), document)
        causes += [cause for cause in missing if cause.field not in named]
    if old is not None and kind in CHANGES:
        causes += CHANGES[kind](document, old)
    return causes


SAID_OTHERWISE = {"selector", "template"}
"""Fields of workloads that must be there, and are missed in other words."""


def required(schemas: Schemas, schema: dict, content: object, path: str = "") -> Causes:
    """What the schema of a built-in kind says must be there; the status is the server's own affair."""
    resolved = schemas.resolve(schema)
    if isinstance(content, list):
        for index, part in enumerate(content):
            yield from required(schemas, resolved.get("items", {}), part, walk.item(path, index))
    if not isinstance(content, dict):
        return
    for name in resolved.get("required", ()):
        if content.get(name) is None and name not in SAID_OTHERWISE:
            yield found.required(walk.field(path, name))
    for name, part in content.items():
        below = resolved.get("properties", {}).get(name)
        if below is not None and (path, name) != ("", "status"):
            yield from required(schemas, below, part, walk.field(path, name))

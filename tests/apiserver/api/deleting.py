"""Deleting objects, one or many.

https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-deletion
"""

from __future__ import annotations

import json

from tests.apiserver import errors, hooks, kinds, store
from tests.apiserver.api import bodies, reading, selecting
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.rules import found
from tests.apiserver.wire import answers

IMMORTAL = {"default", "kube-public", "kube-system"}
"""https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle"""
PRECONDITIONS = (
    ("uid", "UID", "deleted and then recreated"),
    ("resourceVersion", "ResourceVersion", "modified"),
)
"""https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go"""
FINALIZERS = {"": "", "Background": "", "Foreground": store.FOREGROUND, "Orphan": "orphan"}
"""https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion"""

RETURNED = frozenset(
    {
        *(kinds.CLAIM, kinds.VOLUME, kinds.SERVICE, kinds.SERVICE_ACCOUNT, kinds.POD),
        *(kinds.STORAGE_CLASS, kinds.NAMESPACE),
    }
)
"""The kinds whose deletion answers the object, not a Status (`ReturnDeletedObject`):
https://github.com/kubernetes/kubernetes/tree/v1.35.0/pkg/registry/core
"""


def delete(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """One object, or all of a collection that are selected."""
    options = _options(request)
    if request.verb == "deletecollection":
        return _collection(request, cluster, options)
    with cluster.store.locked():
        old = cluster.store.get(request.kind, request.namespace, request.name)
        _check(request, options, old)
        left = _removed(request, cluster, options, old)
    if left is None:
        left = old if request.kind in RETURNED else _success(request.kind, old)
    return answers.document(left)


def _options(request: hooks.Request) -> dict:
    try:
        options = json.loads(request.body) if request.body.strip() else {}
    except ValueError as error:
        raise errors.bad_request(f"couldn't get version/kind; json parse error: {error}") from error
    for name in ("propagationPolicy", "gracePeriodSeconds"):
        if name in request.query:
            options[name] = request.query[name]
    bodies.options(request, "DeleteOptions")
    policy = options.get("propagationPolicy") or ""
    if policy not in FINALIZERS:
        allowed = ["Foreground", "Background", "Orphan", "nil"]
        cause = found.unsupported("propagationPolicy", policy, allowed)
        raise bodies.invalid_options("DeleteOptions", [cause])
    return options


def _check(request: hooks.Request, options: dict, old: dict) -> None:
    name, metadata = old["metadata"]["name"], old["metadata"]
    if request.kind == kinds.NAMESPACE and name in IMMORTAL:
        raise errors.forbidden(request.kind, name, "this namespace may not be deleted")
    conditions = options.get("preconditions") or {}
    for field, title, reason in PRECONDITIONS:
        wanted = conditions.get(field)
        if wanted is not None and wanted != metadata[field]:
            why = (
                f"the {title} in the precondition ({wanted}) does not match the {title} in record "
                f"({metadata[field]}). The object might have been {reason}"
            )
            raise errors.conflict(request.kind._replace(plural=request.kind.kind), name, why)


def _removed(request: hooks.Request, cluster: Cluster, options: dict, old: dict) -> dict | None:
    if request.is_dry_run or options.get("dryRun") == ["All"]:
        return old if old["metadata"].get("finalizers") else None
    return cluster.store.remove(
        request.kind,
        old["metadata"].get("namespace", ""),
        old["metadata"]["name"],
        finalizer=FINALIZERS[options.get("propagationPolicy") or ""],
        is_released=options.get("propagationPolicy") == "Background",
        grace_s=int(options.get("gracePeriodSeconds") or 0),
    )


def _success(kind: kinds.Kind, old: dict) -> dict:
    details = {"name": old["metadata"]["name"], "group": kind.group, "kind": kind.plural}
    details["uid"] = old["metadata"]["uid"]
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {key: value for key, value in details.items() if value},
    }


def _collection(request: hooks.Request, cluster: Cluster, options: dict) -> answers.Answer:
    test = selecting.test(request)
    with cluster.store.locked():
        rows = [row for row in cluster.store.list(request.kind, request.namespace) if test(row)]
        for row in rows:
            _check(request, options, row)
            _removed(request, cluster, options, row)
        version = cluster.store.version
    return answers.document(reading.listed(request.kind, {"resourceVersion": str(version)}, rows))

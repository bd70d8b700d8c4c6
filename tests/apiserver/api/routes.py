"""What a path and a method mean.

https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
"""

from __future__ import annotations

import dataclasses

from tests.apiserver import errors, hooks, kinds
from tests.apiserver.api.cluster import Cluster

OF_COLLECTION = {"GET": "list", "HEAD": "list", "POST": "create", "DELETE": "deletecollection"}
OF_OBJECT = {"GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
REVIEWS = {"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews"}


def resolve(request: hooks.Request, cluster: Cluster) -> hooks.Request:
    """The request with its verb, kind and names; as it is where the path is not one of objects.

    Raises ApiError 404 for a kind that is not served, 405 for a method that its path does not take.
    """
    parts = [part for part in request.path.split("/") if part]
    if parts[:1] == ["api"] and len(parts) > 2:
        return _resolved(request, cluster, "", parts[1], parts[2:])
    if parts[:1] == ["apis"] and len(parts) > 3:
        return _resolved(request, cluster, parts[1], parts[2], parts[3:])
    return request


def _resolved(
    request: hooks.Request, cluster: Cluster, group: str, version: str, rest: list[str]
) -> hooks.Request:
    if rest[0] in REVIEWS:
        return request
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in {"status", "finalize"}:
        namespace, rest = rest[1], rest[2:]
    kind = cluster.kind_at(group, version, rest[0])
    if kind is None or len(rest) > 3 or (namespace and not kind.namespaced):
        raise errors.no_such_path(request.path)
    name, subresource = (*rest[1:], "", "")[:2]
    if kind in kinds.CUSTOM and subresource == "status" and not kinds.has_status(kind):
        raise errors.not_found(kind, name)
    if subresource and subresource not in kinds.TRAITS[kind].subresources:
        raise errors.no_such_path(request.path)
    if name and kind.namespaced and not namespace:
        raise errors.no_such_path(request.path)
    return dataclasses.replace(
        request,
        verb=_verb(request, kind, namespace, name),
        kind=kind,
        namespace=namespace,
        name=name,
        subresource=subresource,
    )


def _verb(request: hooks.Request, kind: kinds.Kind, namespace: str, name: str) -> str:
    verb = (OF_OBJECT if name else OF_COLLECTION).get(request.method, "")
    across = kind.namespaced and not namespace
    if not verb or (across and verb in {"create", "deletecollection"}):
        raise errors.method_not_allowed()
    if verb == "list" and request.query.get("watch", "").lower() in {"1", "true"}:
        return "watch"
    return verb

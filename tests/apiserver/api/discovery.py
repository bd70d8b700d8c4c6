"""What the server can do, as clients find it out.

https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
"""

from __future__ import annotations

from tests.apiserver import errors, hooks, kinds
from tests.apiserver.api import openapi
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.kinds import Kind
from tests.apiserver.wire import answers

VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
OF_STATUS = ["get", "patch", "update"]
OF_SUBRESOURCE = {"log": ["get"], "finalize": ["update"]}
HEALTH = {"/healthz", "/livez", "/readyz"}
REVIEWS = {
    ("authorization.k8s.io", "selfsubjectaccessreviews"): "SelfSubjectAccessReview",
    ("authentication.k8s.io", "selfsubjectreviews"): "SelfSubjectReview",
}
"""Kinds that are only asked, never kept: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access"""


def answer(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """Whatever is at a path that names no object."""
    parts = [part for part in request.path.split("/") if part]
    if request.method == "POST" and parts[-1] in {name for _, name in REVIEWS}:
        return _review(request, parts[-1])
    if request.method not in {"GET", "HEAD"}:
        raise errors.method_not_allowed()
    if request.path.rstrip("/") in HEALTH or parts[:1] in [["livez"], ["readyz"]]:
        return answers.text("ok")
    if parts == ["openapi", "v2"]:
        return answers.document(openapi.swagger(cluster))
    if parts[:2] == ["openapi", "v3"]:
        return _described(parts[2:], cluster)
    found = _found(parts, cluster)
    if found is None:
        raise errors.no_such_path(request.path)
    return answers.document(found)


def _described(parts: list[str], cluster: Cluster) -> answers.Answer:
    """A description of a group; the index of them does not say that it is JSON."""
    answer = answers.document(openapi.answer(parts, cluster))
    if not parts:
        answer.content_type = "text/plain; charset=utf-8"
    return answer


def _found(parts: list[str], cluster: Cluster) -> dict | None:
    groups = _groups(cluster)
    if parts == ["version"]:
        return _version(cluster.version)
    if parts == ["api"]:
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
    if parts == ["apis"]:
        listed = [_group(name, versions) for name, versions in groups.items() if name]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}
    if parts[:1] == ["api"] and parts[1:] == ["v1"]:
        return _resources("", "v1", cluster)
    if parts[:1] != ["apis"] or len(parts) not in {2, 3} or parts[1] not in groups:
        return None
    if len(parts) == 2:
        return {"kind": "APIGroup", "apiVersion": "v1", **_group(parts[1], groups[parts[1]])}
    return _resources(parts[1], parts[2], cluster) if parts[2] in groups[parts[1]] else None


def _version(release: str) -> dict:
    major, minor = release.removeprefix("v").split(".")[:2]
    return {
        "major": major,
        "minor": minor,
        "gitVersion": f"v{major}.{minor}.6+k3s1",
        "gitCommit": "0" * 40,
        "gitTreeState": "clean",
        "buildDate": "2026-06-01T00:00:00Z",
        "goVersion": "go1.25.5",
        "compiler": "gc",
        "platform": "linux/amd64",
    }


def _groups(cluster: Cluster) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = [(kind.group, kind.version) for kind in cluster.kinds]
    for group, version in (*rows, *((group, "v1") for group, _ in REVIEWS)):
        versions = found.setdefault(group, [])
        if version not in versions:
            versions.append(version)
    return found


def _group(name: str, versions: list[str]) -> dict:
    listed = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def _resources(group: str, version: str, cluster: Cluster) -> dict:
    rows = [
        row
        for kind in cluster.kinds
        if (kind.group, kind.version) == (group, version)
        for row in _rows(kind)
    ]
    for (owner, plural), kind_name in REVIEWS.items():
        if owner == group:
            rows.append(_row(plural, kind_name.lower(), kind_name, ["create"], is_namespaced=False))
    name = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": rows}


def _row(plural: str, singular: str, kind: str, verbs: list[str], *, is_namespaced: bool) -> dict:
    return {
        "name": plural,
        "singularName": singular,
        "namespaced": is_namespaced,
        "kind": kind,
        "verbs": verbs,
    }


def _rows(kind: Kind) -> list[dict]:
    traits = kinds.TRAITS[kind]
    verbs = [verb for verb in VERBS if kind != kinds.NAMESPACE or verb != "deletecollection"]
    row = _row(kind.plural, traits.singular, kind.kind, verbs, is_namespaced=kind.namespaced)
    if traits.short_names:
        row["shortNames"] = list(traits.short_names)
    if traits.categories:
        row["categories"] = list(traits.categories)
    below = [
        _row(
            f"{kind.plural}/{name}",
            "",
            kind.kind,
            OF_SUBRESOURCE.get(name, OF_STATUS),
            is_namespaced=kind.namespaced,
        )
        for name in traits.subresources
    ]
    return [row, *below]


def _review(request: hooks.Request, plural: str) -> answers.Answer:
    """The one user may do everything; so what was asked does not matter, in whatever form it came."""
    group, kind = next((group, kind) for (group, name), kind in REVIEWS.items() if name == plural)
    status: dict = {"allowed": True}
    if kind == "SelfSubjectReview":
        status = {"userInfo": {"username": request.user, "groups": ["system:masters"]}}
    head = {"kind": kind, "apiVersion": f"{group}/v1", "metadata": {}}
    return answers.document({**head, "spec": {}, "status": status}, 201)

"""Server-side apply: https://kubernetes.io/docs/reference/using-api/server-side-apply/"""

from __future__ import annotations

import json

from tests.apiserver import errors, hooks, kinds
from tests.apiserver.api import bodies, saving
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.errors import Cause
from tests.apiserver.merging import declared, engine, managers, paths
from tests.apiserver.merging.engine import Manager
from tests.apiserver.merging.typed import Typing
from tests.apiserver.rules import found
from tests.apiserver.shape import decoding, documents
from tests.apiserver.store import copied
from tests.apiserver.wire import answers

KUBECTL = "kubectl"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
BEFORE = "before-first-apply"
"""Owns what was there before anybody's fields were counted.
https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/skipnonapplied.go
"""


def apply(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """Creates the object, or changes what its applier says."""
    if not request.query.get("fieldManager"):
        cause = found.required("fieldManager", "is required for apply patch")
        raise bodies.invalid_options("PatchOptions", [cause])
    applied, warnings = _read(request, cluster)
    with cluster.store.locked():
        old = cluster.store.find(request.kind, request.namespace, request.name)
        if old is None and request.subresource:
            raise errors.not_found(request.kind, request.name)
        new = _merged(request, cluster, applied, old)
        if old is None:
            stored = saving.create(request, cluster, new)
        else:
            stored = saving.update(request, cluster, saving.parts(request, new, old), old)
    return answers.document(stored, 201 if old is None else 200, warnings=warnings)


def _read(request: hooks.Request, cluster: Cluster) -> tuple[dict, tuple[str, ...]]:
    kind = request.kind
    try:
        body = documents.read_yaml(request.body)
    except documents.Unreadable as error:
        raise errors.bad_request(f"error decoding YAML: {error}") from error
    _check_version(kind, body.document)
    metadata = body.document.get("metadata") or {}
    if metadata.get("managedFields"):
        raise errors.bad_request("metadata.managedFields must be nil")
    wrong = declared.text(cluster.schemas, cluster.schemas.root(kind), body.document)
    if wrong:
        raise errors.unknown(
            f"failed to create typed patch object ({_where(body.document)}): {wrong}"
        )
    mode = request.query.get("fieldValidation") or "Warn"
    twice = tuple(
        f'line {line}: key "{path.rpartition(".")[2]}" already set in map'
        for path, line in zip(body.duplicates, body.lines, strict=True)
    )
    if twice and mode == "Strict":
        why = "\n  ".join(["yaml: unmarshal errors:", *twice])
        raise errors.bad_request(
            f"error strict decoding YAML: error converting YAML to JSON: {why}"
        )
    _check_values(request, cluster, body.document)
    return body.document, twice if mode == "Warn" else ()


def _check_version(kind: kinds.Kind, document: dict) -> None:
    if (document.get("apiVersion"), document.get("kind")) != (kind.api_version, kind.kind):
        raise errors.bad_request(f"invalid object type: {_type(document)}")


def _type(document: dict) -> str:
    """Group, version and kind as Go writes them: `/v1, Kind=Secret`.

    https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/runtime/schema/group_version.go
    """
    version = document.get("apiVersion") or ""
    if not version:
        return f"/, Kind={document.get('kind') or ''}"
    return f"{'' if '/' in version else '/'}{version}, Kind={document.get('kind') or ''}"


def _where(document: dict) -> str:
    metadata = document.get("metadata") or {}
    names = (metadata.get(name, "") for name in ("namespace", "name"))
    name = "/".join(text if isinstance(text, str) else "" for text in names)
    return f"{name}; {_type(document)}"


def _check_values(request: hooks.Request, cluster: Cluster, document: dict) -> None:
    """Values that the schema takes and the server's own types do not, such as a quantity."""
    root = cluster.schemas.root(request.kind)
    try:
        decoding.decode(cluster.schemas, root, document, is_custom=request.kind in kinds.CUSTOM)
    except decoding.Mistyped as error:
        why = str(error)
        if why.startswith(decoding.NOT_BASE64):
            why = f"error decoding from json: {why}"
        raise errors.unknown(
            f"failed to convert new object ({_where(document)}) to proper version: "
            f"unable to convert unstructured object to {_type(document)}: {why}"
        ) from error


def _merged(request: hooks.Request, cluster: Cluster, applied: dict, old: dict | None) -> dict:
    """The object as it comes of the apply, with defaults and owners."""
    given = copied(applied)
    saving.place(request, given)
    live = copied(old) if old is not None else {}
    entries = live.get("metadata", {}).pop("managedFields", None)
    who = saving.writer(request, engine.APPLY)
    known, now = managers.read(entries), cluster.store.now()
    if not known.owned and old is not None:
        before = _before(request, cluster, live)
        known = managers.Known(before, dict.fromkeys(before, now), {})
    owned = known.owned
    outcome = _outcome(request, cluster, live, _wanted(request, given), owned)
    written = managers.written(known, outcome, request.kind.api_version, now, who)
    document = saving.defaulted(request, cluster, outcome.document)
    if who.name == KUBECTL and _noted(live):
        document["metadata"]["annotations"][LAST_APPLIED] = _as_noted(applied)
    return saving.with_managers(document, written)


def _noted(live: dict) -> str:
    """What `kubectl` has applied on the client's side, and noted in an annotation."""
    return (live.get("metadata", {}).get("annotations") or {}).get(LAST_APPLIED, "")


def _as_noted(applied: dict) -> str:
    """What `kubectl apply` without `--server-side` is to compare with next time.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/#downgrading-from-server-side-apply-to-client-side-apply
    """
    return json.dumps(applied, separators=(",", ":"), sort_keys=True) + "\n"


def _outcome(
    request: hooks.Request, cluster: Cluster, live: dict, wanted: dict, owned: engine.Owned
) -> engine.Outcome:
    typing, who = saving.typing(request, cluster), saving.writer(request, engine.APPLY)
    is_forced = _is_forced(request)
    try:
        return engine.apply(typing, live, wanted, owned, who, force=is_forced)
    except engine.Conflict as conflict:
        left = {path for _, path in conflict.rows} - _upgraded(request, typing, live)
        if left:
            raise _conflict(conflict.only(left)) from conflict
    return engine.apply(typing, live, wanted, owned, who, force=True)


def _upgraded(request: hooks.Request, typing: Typing, live: dict) -> paths.Fields:
    """The fields that `kubectl` itself applied on the client's side before, and that nobody changed since.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply
    """
    if request.query["fieldManager"] != KUBECTL or not _noted(live):
        return paths.NONE
    before = json.loads(_noted(live))
    return typing.fields(before) - typing.compare(before, live).modified


def _is_forced(request: hooks.Request) -> bool:
    """https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/runtime/conversion.go"""
    return request.query.get("force", "false").lower() not in {"false", "0"}


def _wanted(request: hooks.Request, applied: dict) -> dict:
    """What of the body the path is for: a status is not applied with the rest, nor the rest with a status."""
    if request.subresource:
        kept = {"apiVersion", "kind", "metadata", request.subresource}
        wanted = {name: part for name, part in applied.items() if name in kept}
        names = ("name", "namespace", "resourceVersion", "uid")
        metadata = {name: part for name, part in applied["metadata"].items() if name in names}
        return wanted | {"metadata": metadata}
    if not kinds.has_status(request.kind):
        return applied
    return {name: part for name, part in applied.items() if name != "status"}


def _before(request: hooks.Request, cluster: Cluster, live: dict) -> engine.Owned:
    fields = saving.typing(request, cluster).compare({}, live).added - engine.NOBODYS
    kept = fields - paths.below(fields, ("f:status",))
    return {Manager(BEFORE, engine.UPDATE, request.kind.api_version): kept}


def _conflict(conflict: engine.Conflict) -> errors.ApiError:
    causes = [
        Cause("FieldManagerConflict", f"conflict with {manager}", paths.text(path))
        for manager, path in conflict.rows
    ]
    details = {"causes": [cause._asdict() for cause in causes]}
    return errors.ApiError(409, "Conflict", str(conflict), details=details)

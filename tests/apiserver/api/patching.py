"""Changing a part of an object, in four ways.

https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.apiserver import errors, hooks, kinds
from tests.apiserver.api import applying, bodies, saving
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.patches import merge, operations, strategic
from tests.apiserver.rules import found
from tests.apiserver.shape import documents
from tests.apiserver.wire import answers

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
JSON = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
OPERATIONS_LIMIT = 10000
"""https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go"""


def patch(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """Whichever patch the body's form says."""
    form = bodies.media_type(request)
    accepted = [JSON, MERGE, *([] if request.kind in kinds.CUSTOM else [STRATEGIC]), APPLY]
    if form not in accepted:
        raise _not_a_patch(request.kind, accepted)
    bodies.options(request, "PatchOptions")
    if form == APPLY:
        return applying.apply(request, cluster)
    if "force" in request.query:
        cause = found.forbidden("force", "may not be specified for non-apply patch")
        raise bodies.invalid_options("PatchOptions", [cause])
    patched = _patched(form, request, cluster)
    with cluster.store.locked():
        old = cluster.store.get(request.kind, request.namespace, request.name)
        read = _read(request, cluster, patched(old), form)
        document = saving.defaulted(request, cluster, read.document)
        saving.place(request, document)
        new = saving.parts(request, document, old)
        stored = saving.update(request, cluster, saving.tracked(request, cluster, new, old), old)
    return answers.document(stored, warnings=read.warnings)


def _not_a_patch(kind: kinds.Kind, accepted: list[str]) -> errors.ApiError:
    """Built-in kinds answer before anybody looks at the request, custom ones name what they take."""
    if kind in kinds.CUSTOM:
        return errors.unsupported_media_type(", ".join(accepted))
    text = "415: Unsupported Media Type"
    return errors.ApiError(415, "UnsupportedMediaType", text, details={})


def _patched(form: str, request: hooks.Request, cluster: Cluster) -> Callable[[dict], dict]:
    content = _content(request, list if form == JSON else dict)
    if form == JSON:
        return lambda old: _operated(old, content)
    if form == MERGE:
        return lambda old: merge.apply(old, content)
    root = cluster.schemas.root(request.kind)
    return lambda old: strategic.apply(cluster.schemas, root, old, content)


def _content(request: hooks.Request, wanted: type) -> Any:
    try:
        content = json.loads(request.body)
    except ValueError as error:
        why = documents.go_error(error, request.body)
        raise errors.bad_request(f"error decoding patch: {why}") from error
    if not isinstance(content, wanted):
        raise errors.bad_request(
            "error decoding patch: json: cannot unmarshal "
            f"{documents.form(content)} into Go value of type {_go_type(wanted)}"
        )
    return content


def _go_type(wanted: type) -> str:
    return "[]handlers.jsonPatchOp" if wanted is list else "map[string]interface {}"


def _operated(old: dict, content: list) -> dict:
    if len(content) > OPERATIONS_LIMIT:
        why = f"The allowed maximum operations in a JSON patch is {OPERATIONS_LIMIT}, got {len(content)}"
        raise errors.ApiError(413, "RequestEntityTooLarge", f"Request entity too large: {why}")
    try:
        return operations.apply(old, content)
    except operations.Failed as error:
        # The server's generic answer: it does not say which operation failed.
        message = "the server rejected our request due to an error in our request"
        raise errors.ApiError(422, "Invalid", message, details={}) from error


def _read(request: hooks.Request, cluster: Cluster, patched: dict, form: str) -> bodies.Read:
    """What came of the patch, checked as a body is; its mistakes are those of the patch."""
    try:
        bodies.check_kind(request.kind, patched)
        return bodies.checked(request, cluster.schemas, documents.Body(patched, ()))
    except errors.ApiError as error:
        why = error.message.partition(": ")[2]
        shown = json.dumps(patched, separators=(",", ":"))
        if form == STRATEGIC:
            shown = documents.go_text(json.loads(request.body))
        cause = found.invalid("patch", shown, why)
        kind = kinds.Kind("", "", "", "", namespaced=False)
        raise errors.invalid(kind, "", [cause]) from error

"""Creating objects, and putting them anew."""

from __future__ import annotations

from tests.apiserver import errors, hooks
from tests.apiserver.api import bodies, saving
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.wire import answers


def create(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """https://kubernetes.io/docs/reference/using-api/api-concepts/#single-resource-api"""
    bodies.options(request, "CreateOptions")
    read = bodies.read(request, cluster.schemas)
    document = saving.defaulted(request, cluster, read.document)
    saving.place(request, document)
    with cluster.store.locked():
        new = saving.tracked(request, cluster, _without_status(request, document), None)
        stored = saving.create(request, cluster, new)
    return answers.document(stored, 201, warnings=read.warnings)


def _without_status(request: hooks.Request, document: dict) -> dict:
    """What a new object says of its status is not kept, and so it is nobody's."""
    return saving.parts(request, document, {})


def update(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """https://kubernetes.io/docs/reference/using-api/api-concepts/#update-mechanism-update"""
    bodies.options(request, "UpdateOptions")
    read = bodies.read(request, cluster.schemas)
    document = saving.defaulted(request, cluster, read.document)
    if not document.get("metadata", {}).get("name"):
        raise errors.bad_request(
            f"the name of the object () does not match the name on the URL ({request.name})"
        )
    saving.place(request, document)
    with cluster.store.locked():
        old = cluster.store.get(request.kind, request.namespace, request.name)
        new = saving.parts(request, document, old)
        stored = saving.update(request, cluster, saving.tracked(request, cluster, new, old), old)
    return answers.document(stored, warnings=read.warnings)

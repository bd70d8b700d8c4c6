"""Which objects a list or a watch asks for.

https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.apiserver import errors, hooks, kinds
from tests.apiserver.kinds import Kind
from tests.apiserver.rules import selectors

Test = Callable[[dict], bool]
EVERYWHERE = ("metadata.name", "metadata.namespace")
OF_KIND: dict[Kind, tuple[str, ...]] = {
    kinds.EVENT: (
        *(f"involvedObject.{name}" for name in ("kind", "namespace", "name", "uid", "apiVersion")),
        *("involvedObject.resourceVersion", "involvedObject.fieldPath"),
        *("reason", "reportingComponent", "source", "type"),
    ),
    kinds.POD: (
        *("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName"),
        *("spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"),
    ),
    kinds.SECRET: ("type",),
    kinds.NAMESPACE: ("status.phase",),
    kinds.NODE: ("spec.unschedulable",),
    kinds.REPLICA_SET: ("status.replicas",),
    kinds.SERVICE: ("spec.clusterIP", "spec.type"),
}
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/#list-of-supported-fields"""


def test(request: hooks.Request) -> Test:
    """Whether an object is asked for; ApiError 400 where a selector cannot be read."""
    by_label, by_field = (
        request.query.get("labelSelector", ""),
        request.query.get("fieldSelector", ""),
    )
    try:
        is_labelled, terms = selectors.labels(by_label), selectors.fields(by_field)
    except selectors.Unreadable as error:
        raise errors.bad_request(str(error)) from error
    kind = request.kind
    supported = (*EVERYWHERE, *OF_KIND.get(kind, ()))
    for name, _, _ in terms:
        if name not in supported:
            raise errors.bad_request(_unsupported(kind, name))
    name = request.name
    return lambda document: (
        is_labelled(document["metadata"].get("labels") or {})
        and all((_value(document, path) == wanted) is is_same for path, wanted, is_same in terms)
        and name in {"", document["metadata"]["name"]}
        and request.namespace in {"", document["metadata"].get("namespace", "")}
    )


def _unsupported(kind: Kind, name: str) -> str:
    if kind in OF_KIND or kind in kinds.CUSTOM:
        return f"field label not supported: {name}"
    known = ", ".join(f'"{field}"' for field in EVERYWHERE)
    return f'"{name}" is not a known field selector: only {known}'


def _value(document: dict, path: str) -> str:
    if path == "source":
        path = "source.component"
    place: Any = document
    for name in path.split("."):
        place = place.get(name) if isinstance(place, dict) else None
    if isinstance(place, bool):
        return str(place).lower()
    return "" if place is None else str(place)

"""Empties a namespace that is being deleted, and says what is left.

https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#namespaces-and-finalizers
https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/controller/namespace/deletion/status_condition_utils.go
"""

from __future__ import annotations

from collections import Counter

from tests.apiserver import kinds
from tests.apiserver.controllers import conditions

FINALIZER = "kubernetes"
_ALL_WELL = (
    ("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
    ("NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
    ("NamespaceDeletionContentFailure", "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
)  # fmt: skip


def run(world):
    """Goes on with every deletion."""
    for found in world.all("Namespace"):
        if "deletionTimestamp" in found["metadata"] and world.is_due(found, "empty"):
            _empty(world, found)


def _empty(world, found):
    name = found["metadata"]["name"]
    for document in world.everything(name):
        world.remove(document)
    left = world.everything(name)
    world.report(found, {"phase": "Terminating", "conditions": _conditions(world, found, left)})
    if not left:
        _finish(world, name)


def _finish(world, name):
    for event in world.all("Event", name):
        world.remove(event)
    found = world.find("Namespace", None, name)
    spec = found.get("spec") or {}
    others = [row for row in spec.get("finalizers") or [] if row != FINALIZER]
    world.save(found | {"spec": spec | {"finalizers": others}})


def _conditions(world, found, left):
    now, rows = world.now_text(), (found.get("status") or {}).get("conditions") or []
    for kind, reason, text in _ALL_WELL:
        rows = conditions.put(rows, now, kind, "False", reason, text)
    rows = conditions.put(rows, now, "NamespaceContentRemaining", *_content(left))
    return conditions.put(rows, now, "NamespaceFinalizersRemaining", *_finalizers(left))


def _content(left):
    if not left:
        return ("False", "ContentRemoved", "All content successfully removed")
    counts = Counter(kinds.of(document).resource for document in left)
    rows = [f"{name} has {number} resource instances" for name, number in sorted(counts.items())]
    return ("True", "SomeResourcesRemain", f"Some resources are remaining: {', '.join(rows)}")


def _finalizers(left):
    counts = Counter(
        name for document in left for name in document["metadata"].get("finalizers") or []
    )
    if not counts:
        text = "All content-preserving finalizers finished"
        return ("False", "ContentHasNoFinalizers", text)
    rows = [f"{name} in {number} resource instances" for name, number in sorted(counts.items())]
    text = f"Some content in the namespace has finalizers remaining: {', '.join(rows)}"
    return ("True", "SomeFinalizersRemain", text)

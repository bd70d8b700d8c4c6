"""Why something that was deleted is still there.

https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
"""

from __future__ import annotations

from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Object, Ref
from homeport.targets.kubernetes.planning.plan import Problem

_FOREGROUND = "foregroundDeletion"
_CLAIM = "kubernetes.io/pvc-protection"
"""https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection"""


def problem(ref: Ref, live: Object) -> Problem:
    """An object is being deleted, so that nothing can be made of it yet."""
    since = live["metadata"]["deletionTimestamp"]
    why = reasons(ref, live)
    text = f"It is being deleted since {since}" + (f": {'; '.join(why)}." if why else ".")
    return Problem(text, hint(ref, live))


def hint(ref: Ref, live: Object) -> str:
    """What helps where it stays."""
    again = "Wait until it is gone, and try again."
    if ref.kind is kinds.NAMESPACE:
        return (
            f"{again} Where it stays, remove what holds it: kubectl get namespace {ref.name} -o yaml"
            " names it; a controller that was uninstalled leaves finalizers that nobody takes away."
        )
    if _CLAIM in _finalizers(live):
        return f"{again} Where it stays, a pod still uses the volume: kubectl get pods -n {ref.namespace}"
    return again


def reasons(ref: Ref, live: Object) -> list[str]:
    """In the cluster's words, what it waits for."""
    if ref.kind is kinds.NAMESPACE:
        conditions = (live.get("status") or {}).get("conditions") or []
        found = [each for each in conditions if each.get("status") == "True"]
        return [each.get("message") or each.get("reason") or each["type"] for each in found]
    finalizers = [name for name in _finalizers(live) if name != _FOREGROUND]
    return [f"held by {name}" for name in finalizers]


def _finalizers(live: Object) -> list[str]:
    return live["metadata"].get("finalizers") or []

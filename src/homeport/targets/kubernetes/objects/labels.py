"""The labels by which a stack finds its objects again, whatever happened to the machine that applied them.

https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
"""

from __future__ import annotations

from homeport.targets.kubernetes.objects.kinds import Object

MANAGER = "homeport"
"""Who applies: the field manager, and the value of `managed-by`.
https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers"""

MANAGED_BY = "app.kubernetes.io/managed-by"
INSTANCE = "app.kubernetes.io/instance"
COMPONENT = "app.kubernetes.io/component"
NAME = "app.kubernetes.io/name"
PART_OF = "app.kubernetes.io/part-of"


def selector(stack: str) -> str:
    """What finds all objects of a stack."""
    return f"{MANAGED_BY}={MANAGER},{INSTANCE}={stack}"


def is_of(obj: Object, stack: str) -> bool:
    """Whether an object of the cluster is one of this stack."""
    labels = obj["metadata"].get("labels") or {}
    return labels.get(MANAGED_BY) == MANAGER and labels.get(INSTANCE) == stack

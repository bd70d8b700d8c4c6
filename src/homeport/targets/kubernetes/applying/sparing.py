"""Spares what others have made since it was looked at: a person may have thought about their yes for long."""

from __future__ import annotations

from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.planning import owners, remains

KEPT = "kept"


def is_used(cluster: contract.Cluster, ref: Ref, stack: str) -> bool:
    """Whether it is a namespace that others have something in by now."""
    return ref.kind is kinds.NAMESPACE and bool(remains.foreign(cluster, ref.name, stack))


def is_free(cluster: contract.Cluster, ref: Ref, uid: str, stack: str) -> bool:
    """Whether an object may be applied. A namespace that others have made by now is used, and not changed.

    Raises `Conflict` where anything else is not the one that was looked at, nor the stack's.
    """
    live = cluster.get(ref)
    if live is None or live["metadata"].get("uid") == uid or labels.is_of(live, stack):
        return True
    if ref.kind is kinds.NAMESPACE:
        return False
    raise errors.Conflict(
        f"One of this name was made in the meantime, managed by {owners.of(live)}.",
        hint="homeport plan shows how it is now.",
    )

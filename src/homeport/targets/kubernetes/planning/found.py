"""What of a stack is in the cluster."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Kind, Object, Ref
from homeport.targets.kubernetes.planning import together


@dataclass(frozen=True, slots=True)
class There:
    """The objects that are there: those of the stack, and those of others that have a wanted name."""

    live: Mapping[Ref, Object]
    ours: frozenset[Ref]
    """Those with the labels of the stack, wanted or not."""

    def is_usable(self, namespace: str) -> bool:
        """Whether objects can be created in a namespace."""
        live = self.live.get(Ref(kinds.NAMESPACE, "", namespace))
        return live is not None and not is_going(live)


def find(cluster: contract.Cluster, stack: str, wanted: Collection[Ref]) -> There:
    """Looks for all objects with the labels of the stack, and for those wanted that have none."""
    namespaces, *rest = together.each(
        lambda kind: _listed(
            cluster, kind, "" if kind is kinds.NAMESPACE else labels.selector(stack)
        ),
        kinds.APPLIED,
    )
    live = {ref: obj for rows in (namespaces, *rest) for ref, obj in rows.items()}
    ours = frozenset(ref for ref, obj in live.items() if labels.is_of(obj, stack))
    others = [ref for ref in wanted if ref not in live and _can_be(ref, namespaces)]
    looked = zip(others, together.each(cluster.get, others), strict=True)
    return There(live | {ref: obj for ref, obj in looked if obj}, ours)


def of_stack(cluster: contract.Cluster, stack: str) -> dict[Ref, Object]:
    """All objects of the kinds that we apply with the labels of the stack."""
    selector = labels.selector(stack)
    listed = together.each(lambda kind: _listed(cluster, kind, selector), kinds.APPLIED)
    return {ref: obj for rows in listed for ref, obj in rows.items()}


def is_going(live: Object) -> bool:
    """Whether an object is being deleted."""
    return "deletionTimestamp" in live["metadata"]


def _listed(cluster: contract.Cluster, kind: Kind, selector: str) -> dict[Ref, Object]:
    found = cluster.list(kind, selector=selector).items
    return {
        Ref(kind, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]): obj
        for obj in found
    }


def _can_be(ref: Ref, namespaces: Mapping[Ref, Object]) -> bool:
    """Whether an object can be there: nothing is in a namespace that is not."""
    return not ref.namespace or Ref(kinds.NAMESPACE, "", ref.namespace) in namespaces

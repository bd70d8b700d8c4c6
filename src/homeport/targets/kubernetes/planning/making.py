"""Makes the plan of a stack: what each object is now, what the cluster says it would be, and what stands against it.

Nothing is changed: all is asked as a dry run. https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run
"""

from __future__ import annotations

from collections.abc import Sequence

from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Object, Ref
from homeport.targets.kubernetes.planning import (
    found,
    judging,
    kept,
    leaving,
    plan,
    together,
)

_ANYWAY = judging.Options(is_adopting=True, is_forced=True)
_CHANGED = (plan.Action.CREATE, plan.Action.CHANGE)


def make(
    cluster: contract.Cluster,
    stack: str,
    wanted: Sequence[Object],
    options: judging.Options = judging.NOTHING,
) -> plan.Plan:
    """The plan that leads from what is there to what is wanted. Raises `ClusterError` where the cluster cannot be asked."""
    ordered = sorted(wanted, key=lambda obj: kinds.APPLIED.index(kinds.of(obj)))
    refs = {kinds.ref(obj) for obj in ordered}
    there = found.find(cluster, stack, refs)
    claims = {ref for ref in refs if ref.kind is kinds.CLAIM and ref not in there.live}
    volumes = kept.volumes(cluster, stack) if claims else ()
    namespaces = frozenset(ref.name for ref in refs if ref.kind is kinds.NAMESPACE)
    judge = judging.Judge(cluster, stack, there, volumes, namespaces, options)
    steps = together.each(judge.step, ordered)
    leave = leaving.steps(cluster, stack, there, refs, deletes_data=options.deletes_data)
    return plan.Plan(stack, cluster.context, (*steps, *leave))


def refresh(cluster: contract.Cluster, planned: plan.Plan) -> tuple[Ref, ...]:
    """The objects of a plan that are, after it was carried out, not what it wanted: somebody else applies too."""
    wanted = [
        step.wanted for step in planned.steps if step.wanted is not None and not _is_left(step)
    ]
    again = make(cluster, planned.stack, wanted, _ANYWAY)
    return tuple(step.ref for step in again.steps if step.action in _CHANGED)


def _is_left(step: plan.Step) -> bool:
    return step.ref.kind is kinds.NAMESPACE and step.action is plan.Action.NONE

"""What a stack has in the cluster and no longer wants."""

from __future__ import annotations

from collections.abc import Collection

from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.planning import found, plan, remains


def steps(
    cluster: contract.Cluster,
    stack: str,
    there: found.There,
    wanted: Collection[Ref],
    *,
    deletes_data: bool,
) -> list[plan.Step]:
    """Deletions in the opposite order of application. A claim is kept, and the namespace that it or anything wanted is in."""
    used = {ref.name for ref in wanted if ref.kind is kinds.CERTIFICATE}
    gone = [
        ref
        for ref in there.ours
        if ref not in wanted and remains.certificate(there.live[ref]) not in used
    ]
    gone.sort(key=lambda ref: (-kinds.APPLIED.index(ref.kind), ref))
    held = {ref.namespace for ref in wanted}
    if not deletes_data:
        held |= {ref.namespace for ref in gone if ref.kind is kinds.CLAIM}
    return [_step(cluster, stack, there, ref, held, deletes_data=deletes_data) for ref in gone]


def _step(
    cluster: contract.Cluster,
    stack: str,
    there: found.There,
    ref: Ref,
    held: Collection[str],
    *,
    deletes_data: bool,
) -> plan.Step:
    uid = there.live[ref]["metadata"].get("uid", "")
    is_kept = ref.kind is kinds.CLAIM and not deletes_data
    if ref.kind is kinds.NAMESPACE:
        is_kept = ref.name in held or bool(remains.foreign(cluster, ref.name, stack))
    return plan.Step(plan.Action.KEEP if is_kept else plan.Action.DELETE, ref, uid=uid)

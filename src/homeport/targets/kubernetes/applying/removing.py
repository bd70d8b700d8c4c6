"""Carries out a removal: volumes first, then the objects against the order of application, then the wait until all is gone.

It can stop anywhere and be repeated: a volume is kept before anything is deleted, and what is left is found by its labels. Secrets
of cert-manager's have them from here on: once their Certificate is gone, nothing else says whose they are.
"""

from __future__ import annotations

import itertools

from homeport import clock
from homeport.targets.kubernetes.applying import gone, reclaiming, sparing, telling
from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.planning import removal, together


def carry_out(
    cluster: contract.Cluster,
    removed: removal.Removal,
    time: clock.Clock,
    teller: telling.Teller,
    timeout_s: float,
) -> None:
    """Does what a removal says. Raises `ClusterError`."""
    deleted = {each.ref: each.uid for each in removed.objects}
    if removed.deletes_data:
        going = [volume.name for volume in removed.volumes if volume.is_provisioned]
        together.each(lambda name: reclaiming.delete(cluster, name), going)
        deleted |= {Ref(kinds.VOLUME, "", name): "" for name in going}
    else:
        held = [volume.name for volume in removed.volumes if volume.is_held]
        together.each(lambda name: reclaiming.keep(cluster, name, removed.stack), held)

    marked = [each for each in removed.objects if not each.is_labelled]
    together.each(lambda doomed: _mark(cluster, doomed, removed.stack), marked)

    def delete(doomed: removal.Doomed) -> None:
        if doomed.ref.kind is kinds.CLAIM and not removed.deletes_data:
            # It may have got its volume since it was looked at.
            reclaiming.keep_of(cluster, doomed.ref, doomed.uid, removed.stack)
        if doomed.is_going:
            return
        if sparing.is_used(cluster, doomed.ref, removed.stack):
            del deleted[doomed.ref]
            teller.done(doomed.ref, sparing.KEPT)
            return
        cluster.delete(doomed.ref, uid=doomed.uid)
        teller.done(doomed.ref, "deleted")

    for _, each in itertools.groupby(removed.objects, key=lambda doomed: doomed.ref.kind):
        together.each(delete, each)
    gone.wait(cluster, deleted, time, teller, timeout_s)


def _mark(cluster: contract.Cluster, doomed: removal.Doomed, stack: str) -> None:
    ours = {labels.MANAGED_BY: labels.MANAGER, labels.INSTANCE: stack}
    try:
        cluster.patch(doomed.ref, {"metadata": {"labels": ours}})
    except errors.NotFound:
        return  # it went by itself

"""Volumes: kept beyond their claims, given back to new ones, or let go with their data.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming
"""

from __future__ import annotations

from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Object, Ref
from homeport.targets.kubernetes.planning import kept

_RETAIN, _DELETE = "Retain", "Delete"
_POLICY = "persistentVolumeReclaimPolicy"


class NotKept(errors.ClusterError):
    """A volume cannot be kept, so that its claim was not deleted."""


class Taken(errors.ClusterError):
    """A volume that was kept is somebody else's by now."""


def keep(cluster: contract.Cluster, volume: str, stack: str) -> None:
    """Sees to it that a volume outlives its claim, and is found again. Raises `NotKept`."""
    ours = {labels.MANAGED_BY: labels.MANAGER, labels.INSTANCE: stack}
    merge = {"metadata": {"labels": ours}, "spec": {_POLICY: _RETAIN}}
    ref = Ref(kinds.VOLUME, "", volume)
    try:
        cluster.patch(ref, merge)
        now = cluster.get(ref)
    except errors.ClusterError as error:
        raise _not_kept(volume, error.what) from error
    if now is None or not _is_kept(now, stack):
        raise _not_kept(volume, "the cluster took the change and does not show it.")


def _is_kept(volume: Object, stack: str) -> bool:
    return volume["spec"].get(_POLICY) == _RETAIN and labels.is_of(volume, stack)


def _not_kept(volume: str, why: str) -> NotKept:
    return NotKept(
        f"The volume {volume} could not be told to outlive its claim, so the claim was not deleted: {why}",
        hint="Use a user of the cluster who may patch persistentvolumes; --delete-data gives the data up.",
    )


def keep_of(cluster: contract.Cluster, claim: Ref, uid: str, stack: str) -> None:
    """Keeps the volume that a claim has by now. Raises `NotKept`."""
    volume = _of(cluster, claim, uid)
    if volume is not None and not _is_kept(volume, stack):
        keep(cluster, volume["metadata"]["name"], stack)


def reserve(cluster: contract.Cluster, volume: str, claim: Ref, stack: str) -> None:
    """Makes a kept volume wait for a claim, and for no other. Raises `Taken` where it was not waiting for anything like that.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume
    """
    ref = Ref(kinds.VOLUME, "", volume)
    now = cluster.get(ref)
    if now is None or not (labels.is_of(now, stack) and kept.is_for(now, claim)):
        raise Taken(
            f"The volume {volume} was kept for it, and is not free any more.",
            hint=f"See who has it: kubectl get persistentvolume {volume}",
        )
    waits_for: Object = {
        "apiVersion": claim.kind.api_version,
        "kind": claim.kind.name,
        "namespace": claim.namespace,
        "name": claim.name,
        "uid": None,
        "resourceVersion": None,
    }
    # Refused where it was changed since it was looked at.
    version = {"resourceVersion": now["metadata"]["resourceVersion"]}
    cluster.patch(ref, {"metadata": version, "spec": {"claimRef": waits_for}})


def let_go(cluster: contract.Cluster, claim: Ref, uid: str) -> None:
    """Sees to it that a claim's volume goes with it, where the cluster made it."""
    volume = _of(cluster, claim, uid)
    if volume is not None and kept.is_provisioned(volume):
        delete(cluster, volume["metadata"]["name"])


def _of(cluster: contract.Cluster, claim: Ref, uid: str) -> Object | None:
    """The volume that a claim of that uid holds."""
    found = cluster.get(claim)
    name = ((found or {}).get("spec") or {}).get("volumeName")
    if found is None or not name or found["metadata"].get("uid") != uid:
        return None
    volume = cluster.get(Ref(kinds.VOLUME, "", name))
    return volume if volume is not None and kept.is_held_by(volume, found) else None


def delete(cluster: contract.Cluster, volume: str) -> None:
    """Sees to it that a volume goes with its claim, or at once where that is gone, and its storage with it."""
    ref = Ref(kinds.VOLUME, "", volume)
    if cluster.get(ref) is not None:
        cluster.patch(ref, {"spec": {_POLICY: _DELETE}})

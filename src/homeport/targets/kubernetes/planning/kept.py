"""Volumes that were kept when a stack was destroyed, and the claims that get them back.

A volume that is kept has the policy Retain and the labels of the stack. It still names its old claim, by whose uid it is Released;
without that uid it waits for the claim of that name, and for no other.
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume
"""

from __future__ import annotations

from collections.abc import Sequence

from homeport.stack.kinds import quantities
from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Object, Ref
from homeport.targets.kubernetes.planning.plan import Difference, Problem

_FREE = ("Released", "Available")
"""https://kubernetes.io/docs/concepts/storage/persistent-volumes/#phase"""
_PROVISIONED = "pv.kubernetes.io/provisioned-by"
"""Who made a volume and deletes its storage: https://kubernetes.io/docs/reference/labels-annotations-taints/#pv-kubernetes-io-provisioned-by"""


def volumes(cluster: contract.Cluster, stack: str) -> tuple[Object, ...]:
    """The volumes of the stack that no claim holds."""
    listed = cluster.list(kinds.VOLUME, selector=labels.selector(stack)).items
    return tuple(volume for volume in listed if is_free(volume))


def is_free(volume: Object) -> bool:
    """Whether no claim holds a volume."""
    is_going = "deletionTimestamp" in volume["metadata"]
    return not is_going and (volume.get("status") or {}).get("phase") in _FREE


def is_for(volume: Object, ref: Ref) -> bool:
    """Whether a claim may get a volume back: it is free, and was of one of that name."""
    return is_free(volume) and claim(volume)[1] == ref.name


def is_bound(volume: Object) -> bool:
    """Whether a claim has a volume now."""
    return (volume.get("status") or {}).get("phase") == "Bound"


def claim(volume: Object) -> tuple[str, str]:
    """Namespace and name of the claim that a volume is, or was, of."""
    ref = volume["spec"].get("claimRef") or {}
    return ref.get("namespace", ""), ref.get("name", "")


def is_held_by(volume: Object, holder: Object) -> bool:
    """Whether a volume is a claim's: the volume says so. What a claim says of it is only what it asks for.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding
    """
    place, uid = holder["metadata"], (volume["spec"].get("claimRef") or {}).get("uid")
    is_named = claim(volume) == (place.get("namespace", ""), place["name"])
    return is_named and uid in {None, "", place.get("uid")}


def is_provisioned(volume: Object) -> bool:
    """Whether its storage goes with it; otherwise somebody made it by hand."""
    return _PROVISIONED in (volume["metadata"].get("annotations") or {})


def moves(ref: Ref, volume: Object) -> tuple[Difference, ...]:
    """What a person should see where a volume was kept for a claim elsewhere: it may be another one's data."""
    was, will_be = "/".join(claim(volume)), f"{ref.namespace}/{ref.name}"
    path = f"PersistentVolume {volume['metadata']['name']}"
    return (Difference(path, was, will_be),) if was != will_be else ()


def size(volume: Object) -> str:
    """How large a volume is: `30Gi`."""
    return str((volume["spec"].get("capacity") or {}).get("storage", ""))


def matching(ref: Ref, found: Sequence[Object]) -> list[Object]:
    """The kept volumes of a claim; where none was in its namespace, those of its name elsewhere."""
    named = [volume for volume in found if is_for(volume, ref)]
    return [volume for volume in named if claim(volume)[0] == ref.namespace] or named


def misfit(wanted: Object, volume: Object) -> Problem | None:
    """Why a claim cannot get a volume back; None where it can."""
    name, spec, has = volume["metadata"]["name"], wanted["spec"], volume["spec"]
    asked = spec["resources"]["requests"]["storage"]
    room, need = quantities.value(size(volume)), quantities.value(asked)
    hint = "homeport destroy --delete-data gives it up, with all that is on it."
    if room is not None and need is not None and room < need:
        return Problem(
            f"The volume {name} was kept, of {size(volume)}; {asked} are wanted.",
            f"Set the size back to {size(volume)}. Or {hint}",
        )
    if (spec.get("storageClassName") or "") != (has.get("storageClassName") or ""):
        kept_class = has.get("storageClassName") or "none"
        return Problem(
            f"The volume {name} was kept, of the class {kept_class}; {spec.get('storageClassName')} is wanted.",
            f"Set kubernetes.storage_class back to {kept_class}. Or {hint}",
        )
    if not set(spec["accessModes"]) <= set(has.get("accessModes") or ()):
        modes = ", ".join(has.get("accessModes") or ()) or "none"
        return Problem(
            f"The volume {name} was kept, which can be mounted as {modes}; {', '.join(spec['accessModes'])} is wanted.",
            f"Set kubernetes.access_mode back. Or {hint}",
        )
    return None


def several(ref: Ref, found: Sequence[Object]) -> Problem:
    """More than one volume was kept for a claim."""
    names = ", ".join(volume["metadata"]["name"] for volume in found)
    return Problem(
        f"Several volumes were kept for {ref}: {names}.",
        "Take the label of the stack from those that it shall not get back:"
        f" kubectl label pv NAME {labels.INSTANCE}-",
    )

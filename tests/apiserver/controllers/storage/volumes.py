"""Binds claims to volumes, and protects both while they are in use.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from __future__ import annotations

from tests.apiserver.controllers.nodes import scheduler
from tests.apiserver.controllers.storage import provisioning, quantities

CLAIM_FINALIZER = "kubernetes.io/pvc-protection"
VOLUME_FINALIZER = "kubernetes.io/pv-protection"
_SOURCE = "persistentvolume-controller"
_COMPLETED = "pv.kubernetes.io/bind-completed"
_BOUND_BY = "pv.kubernetes.io/bound-by-controller"
_WAITING = "waiting for first consumer to be created before binding"


def run(world):
    """Syncs every claim, then every volume."""
    for claim in world.all("PersistentVolumeClaim"):
        if "deletionTimestamp" in claim["metadata"]:
            _release(world, claim)
        else:
            _sync_claim(world, claim)
    for volume in world.all("PersistentVolume"):
        _sync_volume(world, volume)


def _release(world, claim):
    """A claim goes when no pod uses it any more."""
    pods = world.all("Pod", claim["metadata"]["namespace"])
    if not any(claim["metadata"]["name"] in scheduler.claims(pod) for pod in pods):
        world.without_finalizer(claim, CLAIM_FINALIZER)


def _sync_claim(world, claim):
    claim = _protected(world, claim, CLAIM_FINALIZER)
    if world.is_bound(claim):
        if world.find("PersistentVolume", None, claim["spec"]["volumeName"]) is None:
            world.report(claim, {"phase": "Lost"})
            text = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
            world.event(claim, "ClaimLost", text, is_warning=True, source=_SOURCE)
        return
    if (claim.get("status") or {}).get("phase") == "Lost":
        return
    world.report(claim, {"phase": "Pending"})
    if claim["spec"].get("volumeName"):
        _bind_named(world, claim)
    else:
        _bind_any(world, claim)


def _protected(world, document, finalizer):
    place = document["metadata"]
    have = place.get("finalizers") or []
    if finalizer in have or "deletionTimestamp" in place:
        return document
    return world.save(document | {"metadata": place | {"finalizers": [*have, finalizer]}})


def _bind_named(world, claim):
    name = claim["spec"]["volumeName"]
    volume = world.find("PersistentVolume", None, name)
    if volume is None:
        return
    why = _misfit(claim, volume)
    if not _is_free(claim, volume):
        text = f'volume "{name}" already bound to a different claim.'
        world.event(claim, "FailedBinding", text, is_warning=True, source=_SOURCE)
    elif why:
        text = f'Cannot bind to requested volume "{name}": {why}'
        world.event(claim, "VolumeMismatch", text, is_warning=True, source=_SOURCE)
    else:
        _bind(world, claim, volume)


def _is_free(claim, volume):
    """Whether nobody else has the volume; one that was released still has its old claim's uid."""
    ref = volume["spec"].get("claimRef")
    if not ref:
        return True
    place = claim["metadata"]
    is_named = (ref.get("namespace"), ref.get("name")) == (place["namespace"], place["name"])
    return is_named and ref.get("uid") in (None, "", place["uid"])


def _misfit(claim, volume):
    wanted = quantities.parse(claim["spec"]["resources"]["requests"]["storage"])
    if quantities.parse(volume["spec"]["capacity"]["storage"]) < wanted:
        return "requested PV is too small"
    if (volume["spec"].get("storageClassName") or "") != (
        claim["spec"].get("storageClassName") or ""
    ):
        return "storageClassName does not match"
    if not set(claim["spec"]["accessModes"]) <= set(volume["spec"]["accessModes"]):
        return "incompatible accessMode"
    return None


def _bind_any(world, claim):
    name = claim["spec"].get("storageClassName")
    if name is None and world.default_class():
        spec = claim["spec"] | {"storageClassName": world.default_class()}
        world.save(claim | {"spec": spec})
        return
    found = world.find("StorageClass", None, name or "")
    notes = claim["metadata"].get("annotations") or {}
    is_waiting = world.waits_for_consumer(claim) and scheduler.SELECTED_NODE not in notes
    fitting = [volume for volume in world.all("PersistentVolume") if _is_offered(claim, volume)]
    if fitting and not is_waiting:
        _bind(world, claim, min(fitting, key=_size))
    elif is_waiting:
        world.event(claim, "WaitForFirstConsumer", _WAITING, source=_SOURCE)
    elif found is not None:
        provisioning.provision(world, claim, found)
    else:
        _explain(world, claim, name)


def _is_offered(claim, volume):
    phase = (volume.get("status") or {}).get("phase")
    is_ours = bool(volume["spec"].get("claimRef"))
    is_open = is_ours or phase == "Available"
    return is_open and _is_free(claim, volume) and not _misfit(claim, volume)


def _size(volume):
    return quantities.parse(volume["spec"]["capacity"]["storage"])


def _explain(world, claim, name):
    if name:
        text = f'storageclass.storage.k8s.io "{name}" not found'
        world.event(claim, "ProvisioningFailed", text, is_warning=True, source=_SOURCE)
        return
    text = "no persistent volumes available for this claim and no storage class is set"
    world.event(claim, "FailedBinding", text, source=_SOURCE)


def _bind(world, claim, volume):
    spec = volume["spec"]
    if (spec.get("claimRef") or {}).get("uid") != claim["metadata"]["uid"]:
        ref = provisioning.reference(claim)
        volume = world.save(volume | {"spec": spec | {"claimRef": ref}})
    world.report(volume, {"phase": "Bound"})
    place = claim["metadata"]
    notes = (place.get("annotations") or {}) | {_COMPLETED: "yes"}
    if not claim["spec"].get("volumeName"):
        notes[_BOUND_BY] = "yes"
    claim = world.save(
        claim
        | {
            "metadata": place | {"annotations": notes},
            "spec": claim["spec"] | {"volumeName": volume["metadata"]["name"]},
        }
    )
    state = {"accessModes": spec["accessModes"], "capacity": spec["capacity"], "phase": "Bound"}
    world.report(claim, state)


def _sync_volume(world, volume):
    volume = _protected(world, volume, VOLUME_FINALIZER)
    ref = volume["spec"].get("claimRef")
    claim = _holder(world, ref) if ref else None
    is_going = "deletionTimestamp" in volume["metadata"]
    if is_going and claim is None:
        world.without_finalizer(volume, VOLUME_FINALIZER)
    elif ref and ref.get("uid") and claim is None:
        provisioning.reclaim(world, world.report(volume, {"phase": "Released"}))
    elif not ref or not ref.get("uid"):
        world.report(volume, {"phase": "Available"})


def _holder(world, ref):
    claim = world.find("PersistentVolumeClaim", ref.get("namespace"), ref["name"])
    if claim is None or ref.get("uid") not in (None, "", claim["metadata"]["uid"]):
        return None
    return claim if ref.get("uid") else None

"""Claims, volumes and storage classes.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from __future__ import annotations

import difflib
import json

from tests.apiserver import errors, kinds
from tests.apiserver.rules import found, names
from tests.apiserver.rules.found import Causes
from tests.apiserver.shape import quantities
from tests.apiserver.store import Store, copied

MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")
POLICIES = ("Delete", "Recycle", "Retain")
BINDING = ("Immediate", "WaitForFirstConsumer")
FIXED = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
SHRUNK = "field can not be less than status.capacity"
NO_GROWTH = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
"""https://github.com/kubernetes/kubernetes/blob/v1.35.0/plugin/pkg/admission/storage/persistentvolume/resize/admission.go"""
ONLY_BOUND = "Only bound persistent volume claims can be expanded"
STORAGE_PATH = "spec.resources.requests.storage"


def claim(document: dict) -> Causes:
    """https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/core/validation/validation.go"""
    spec = document.get("spec") or {}
    if not spec.get("accessModes"):
        yield found.required("spec.accessModes", "at least 1 access mode is required")
    for mode in spec.get("accessModes") or ():
        if mode not in MODES:
            yield found.unsupported("spec.accessModes", mode, MODES)
    size = _size(document)
    if size is None:
        yield found.required("spec.resources[storage]")
    elif quantities.amount(size) <= 0:
        yield found.invalid("spec.resources[storage]", size, "must be greater than zero")
    if spec.get("storageClassName"):
        yield from names.subdomain("spec.storageClassName", spec["storageClassName"])
    if spec.get("volumeMode") not in VOLUME_MODES:
        yield found.unsupported("spec.volumeMode", spec.get("volumeMode"), VOLUME_MODES)


def _size(document: dict) -> str | None:
    requests = ((document.get("spec") or {}).get("resources") or {}).get("requests") or {}
    return requests.get("storage")


def check_claim_change(document: dict, old: dict) -> Causes:
    """A bound claim may grow; nothing else of it changes."""
    new, before = copied(document["spec"]), copied(old["spec"])
    status = old.get("status") or {}
    if status.get("phase") == "Bound" and _size(document) and _size(old):
        new["resources"]["requests"]["storage"] = before["resources"]["requests"]["storage"]
    for field in ("volumeName", "storageClassName"):
        if not before.get(field) and new.get(field):
            before[field] = new[field]
    if new != before:
        yield found.forbidden("spec", f"{FIXED}\n{_difference(before, new)}")
        return
    held = (status.get("capacity") or {}).get("storage")
    is_smaller = quantities.amount(_size(document) or 0) < quantities.amount(_size(old) or 0)
    if is_smaller and (
        not held or quantities.amount(_size(document) or 0) <= quantities.amount(held)
    ):
        yield found.forbidden(STORAGE_PATH, SHRUNK)


def _difference(before: dict, new: dict) -> str:
    """https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/diff/diff.go"""
    texts = [json.dumps(_as_held(spec), indent=1).splitlines() for spec in (before, new)]
    lines = list(difflib.unified_diff(*texts, lineterm=""))[2:]
    return "".join(f"{line}\n" for line in lines)


def _as_held(spec: dict) -> dict:
    """A claim's spec as the server's own type has it."""
    resources = spec.get("resources") or {}
    return {
        "AccessModes": spec.get("accessModes"),
        "Selector": spec.get("selector"),
        "Resources": {
            "Limits": resources.get("limits"),
            "Requests": resources.get("requests"),
        },
        "VolumeName": spec.get("volumeName", ""),
        "StorageClassName": spec.get("storageClassName"),
        "VolumeMode": spec.get("volumeMode"),
        "DataSource": spec.get("dataSource"),
        "DataSourceRef": spec.get("dataSourceRef"),
        "VolumeAttributesClassName": spec.get("volumeAttributesClassName"),
    }


def admit_claim_change(document: dict, old: dict, store: Store) -> None:
    """Refuses growth where the storage class cannot give it."""
    name = document["metadata"]["name"]
    if quantities.amount(_size(document) or 0) <= quantities.amount(_size(old) or 0):
        return
    if (old.get("status") or {}).get("phase") != "Bound":
        raise errors.forbidden(kinds.CLAIM, name, ONLY_BOUND)
    known = store.find(kinds.STORAGE_CLASS, "", old["spec"].get("storageClassName") or "")
    if not (known or {}).get("allowVolumeExpansion"):
        raise errors.forbidden(kinds.CLAIM, name, NO_GROWTH)


SOURCES = {"hostPath", "local", "nfs", "csi", "iscsi", "cephfs", "fc", "rbd", "glusterfs"}


def volume(document: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistent-volumes"""
    spec = document.get("spec") or {}
    if not spec.get("accessModes"):
        yield found.required("spec.accessModes")
    if not (spec.get("capacity") or {}).get("storage"):
        yield found.required("spec.capacity")
    if not SOURCES & set(spec):
        yield found.required("spec", "must specify a volume type")
    if spec.get("persistentVolumeReclaimPolicy") not in POLICIES:
        yield found.unsupported(
            "spec.persistentVolumeReclaimPolicy",
            spec.get("persistentVolumeReclaimPolicy"),
            POLICIES,
        )
    if "local" in spec and not spec.get("nodeAffinity"):
        yield found.required("spec.nodeAffinity", "Local volume requires node affinity")


def check_volume_change(document: dict, old: dict) -> Causes:
    """The source of a volume stays."""
    for source in sorted(SOURCES):
        if document["spec"].get(source) != old["spec"].get(source):
            yield found.forbidden(
                "spec.persistentvolumesource",
                "spec.persistentvolumesource is immutable after creation",
            )


def storage_class(document: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/storage/storage-classes/"""
    if not document.get("provisioner"):
        yield found.required("provisioner")
    if document.get("reclaimPolicy") not in ("Delete", "Retain"):
        yield found.unsupported(
            "reclaimPolicy", document.get("reclaimPolicy"), ("Delete", "Retain")
        )
    if document.get("volumeBindingMode") not in BINDING:
        yield found.unsupported("volumeBindingMode", document.get("volumeBindingMode"), BINDING)


def check_storage_class_change(document: dict, old: dict) -> Causes:
    """Parameters, provisioner, policy and binding stay."""
    for field, empty in (
        ("parameters", {}),
        ("provisioner", ""),
        ("reclaimPolicy", ""),
        ("volumeBindingMode", ""),
    ):
        if (document.get(field) or empty) != (old.get(field) or empty):
            if field in {"parameters", "provisioner"}:
                yield found.forbidden(field, f"updates to {field} are forbidden.")
            else:
                yield found.invalid(field, document.get(field), "field is immutable")

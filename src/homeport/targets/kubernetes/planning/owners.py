"""Who has an object, and who set a field of it, as far as the object tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from homeport.targets.kubernetes.objects import labels
from homeport.targets.kubernetes.objects.kinds import Object

_HELM = "meta.helm.sh/release-name"
"""https://helm.sh/docs/helm/helm_install/ (--take-ownership)"""
_ARGO = "argocd.argoproj.io/tracking-id"
"""https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/"""
_CONTROLLERS = ("kube-controller-manager", "k3s", "kube-scheduler", "kubelet")
_STEP = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


def of(live: Object) -> str:
    """Who manages an object that is not ours, in words: `Helm (release tools)`."""
    metadata = live["metadata"]
    found = metadata.get("labels") or {}
    notes = metadata.get("annotations") or {}
    if is_stack(live):
        return f"the stack {found.get(labels.INSTANCE, '')!r} of Homeport"
    if _HELM in notes:
        return f"Helm (release {notes[_HELM]})"
    if _ARGO in notes:
        return f"Argo CD ({notes[_ARGO].partition(':')[0]})"
    if found.get(labels.MANAGED_BY):
        return str(found[labels.MANAGED_BY])
    return ", ".join(_managers(live)) or "nobody who left a name"


def is_stack(live: Object) -> bool:
    """Whether a stack of Homeport has it."""
    return (live["metadata"].get("labels") or {}).get(labels.MANAGED_BY) == labels.MANAGER


def _managers(live: Object) -> list[str]:
    entries = live["metadata"].get("managedFields") or []
    names = [entry.get("manager", "") for entry in entries if not entry.get("subresource")]
    return list(dict.fromkeys(n for n in names if n and n not in _CONTROLLERS))


def of_field(live: Object, path: str) -> str:
    """Which manager set a field of an object; empty where none says so.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
    """
    steps = [inside or plain for inside, plain in _STEP.findall(path)]
    for entry in live["metadata"].get("managedFields") or []:
        if _has(entry.get("fieldsV1") or {}, steps):
            return str(entry.get("manager", ""))
    return ""


def _has(fields: Mapping[str, Any], steps: list[str]) -> bool:
    """Whether a set of fields has one, whole or in part."""
    if not steps:
        return True
    # Below a list or map that is one value to the API server, nothing more is named.
    return any(not inner or _has(inner, steps[1:]) for inner in _inner(fields, steps[0]))


def _inner(fields: Mapping[str, Any], step: str) -> Iterator[Mapping[str, Any]]:
    for key, inner in fields.items():
        # f: a field, k: an element by its keys, v: an element by its value; a list that is no such set has none inside.
        is_named = key == f"f:{step}" or (key.startswith("k:") and f':"{step}"' in key)
        if is_named or (key.startswith("k:") and f":{step}" in key):
            yield inner

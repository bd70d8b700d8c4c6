"""Makes an object, with what all objects of a stack have."""

from __future__ import annotations

import hashlib
from typing import Any

from homeport.stack import settings
from homeport.targets.kubernetes.objects import labels, names
from homeport.targets.kubernetes.objects.kinds import Kind, Object

STACK = "stack"
"""The component of what several components share."""

PART_OF = "homeport"

_APPS = {"registry": names.REGISTRY, "registry-ui": names.UI, "cloud": names.CLOUD, STACK: PART_OF}

DESCRIPTION = "kubernetes.io/description"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#description"""

_ROUNDS = 10_000


def new(
    chosen: settings.Settings,
    kind: Kind,
    name: str,
    purpose: str,
    *,
    component: str,
    namespace: str = "",
    **fields: Any,
) -> Object:
    """An object. `purpose` says what it is for: whoever finds it in the cluster reads that too, and docs/kubernetes-objects.md."""
    where = {"namespace": namespace} if namespace else {}
    metadata = {
        "name": name,
        **where,
        "labels": all_labels(chosen, component),
        "annotations": {DESCRIPTION: purpose},
    }
    return {"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata, **fields}


def all_labels(chosen: settings.Settings, component: str) -> dict[str, str]:
    """The labels of an object, and of a pod."""
    return {
        **selector(component),
        labels.INSTANCE: chosen.kubernetes.name,
        labels.PART_OF: PART_OF,
        labels.MANAGED_BY: labels.MANAGER,
    }


def selector(component: str) -> dict[str, str]:
    """What finds the pods of a component.

    Only what never changes: a selector cannot be changed, and a stack may get another name.
    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates
    """
    return {labels.NAME: _APPS[component], labels.COMPONENT: component}


def component(obj: Object) -> str:
    """The component that an object is of."""
    found: str = obj["metadata"]["labels"][labels.COMPONENT]
    return found


def checksum(*texts: str) -> str:
    """Another one for other texts: in a pod's annotations it starts the pod anew when what it reads at its start has changed.

    Who may see pods need not be let into Secrets: it is slow to make, so that a weak password is not guessed by it.
    """
    joined = "\0".join(texts).encode()
    return hashlib.pbkdf2_hmac("sha256", joined, b"homeport", _ROUNDS).hex()

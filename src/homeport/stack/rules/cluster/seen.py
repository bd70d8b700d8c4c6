"""Reads objects of a cluster: conditions, labels, arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeport.stack.rules.rule import Object


def name(obj: Object) -> str:
    """Its name."""
    return str(obj["metadata"]["name"])


def where(obj: Object) -> str:
    """Its namespace and name."""
    return f"{obj['metadata'].get('namespace', '')}/{name(obj)}".lstrip("/")


def labels(obj: Object) -> Mapping[str, str]:
    """Its labels."""
    found: Mapping[str, str] = obj["metadata"].get("labels") or {}
    return found


def condition(obj: Object, kind: str) -> Mapping[str, Any]:
    """A condition; empty where it has none of that type."""
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each.get("type") == kind), {})


def is_ready(obj: Object) -> bool:
    """Whether its condition Ready is True."""
    return condition(obj, "Ready").get("status") == "True"


def is_of_k3s(version: str) -> bool:
    """Whether a version of Kubernetes is one of K3s: `v1.35.6+k3s1`."""
    return "+k3s" in version

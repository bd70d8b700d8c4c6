"""Digests of the objects of a stack, as they are: of what we have set in each, and of nothing that the cluster or others have.

They lie in state files. So a Secret has one of its version, which says that it was changed and nothing of what is in it; and the
checksums of secrets that pods carry are left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Object, Ref

_LENGTH = 12
"""Of a digest, in characters: 48 bits tell the versions of one object apart."""
_CHECKSUM = "checksum/"
"""What an annotation begins with that is made of secrets."""


def name(ref: Ref) -> str:
    """An object in a state file: `Deployment/registry/registry`."""
    return "/".join(filter(None, (ref.kind.name, ref.namespace, ref.name)))


def of_all(live: Mapping[Ref, Object]) -> dict[str, str]:
    """Those of the objects that we have applied, and that are not on their way out."""
    return {
        name(ref): of(obj)
        for ref, obj in sorted(live.items(), key=lambda pair: name(pair[0]))
        if _fields(obj) is not None and "deletionTimestamp" not in obj["metadata"]
    }


def of(live: Object) -> str:
    """That of one object."""
    metadata = live["metadata"]
    if kinds.of(live) is kinds.SECRET:
        return _digest([metadata.get("uid"), metadata.get("resourceVersion")])
    return _digest(_without_checksums(_part(live, _fields(live) or {})))


def _fields(live: Object) -> Mapping[str, Any] | None:
    """The fields that we have set. https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers"""
    for entry in live["metadata"].get("managedFields") or ():
        if entry.get("manager") == labels.MANAGER and entry.get("operation") == "Apply":
            found: Mapping[str, Any] = entry.get("fieldsV1") or {}
            return found
    return None


def _part(value: Any, fields: Mapping[str, Any]) -> Any:
    """What of a value a set of fields has.

    https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v4/fieldpath#Set
    """
    inner = {key: below for key, below in fields.items() if key != "."}
    if not inner:
        return value if not fields or not isinstance(value, dict | list) else type(value)()
    return [[key, _part(_at(value, key), below)] for key, below in sorted(inner.items())]


def _at(value: Any, key: str) -> Any:
    """What stands at `f:` a field, `k:` the keys of an element, `v:` an element, or `i:` a place."""
    sort, _, text = key.partition(":")
    if sort == "f":
        return value.get(text) if isinstance(value, dict) else None
    if not isinstance(value, list):
        return None
    wanted = json.loads(text)
    if sort == "k":
        return next((each for each in value if _has(each, wanted)), None)
    if sort == "v":
        return wanted if wanted in value else None
    return value[wanted] if wanted < len(value) else None


def _has(element: Any, keys: Mapping[str, Any]) -> bool:
    """Whether an element has those keys; TCP is what a port has that says nothing."""
    default = {"protocol": "TCP"}
    return isinstance(element, dict) and all(
        element.get(key, default.get(key)) == value for key, value in keys.items()
    )


def _without_checksums(found: Any) -> Any:
    if not isinstance(found, list):
        return found
    return [_without_checksums(each) for each in found if not _is_checksum(each)]


def _is_checksum(each: Any) -> bool:
    return (
        isinstance(each, list)
        and bool(each)
        and isinstance(each[0], str)
        and each[0].startswith(f"f:{_CHECKSUM}")
    )


def _digest(found: Any) -> str:
    text = json.dumps(found, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]

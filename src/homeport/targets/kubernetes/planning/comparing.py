"""Which fields differ between two states of an object, each by a path that a person can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from homeport.stack.kinds import quantities
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.planning import plan

MASK = "***"

_OWN = frozenset(
    {"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"}
)
"""Metadata that the API server writes.
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/"""

_KEYS: Mapping[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "volumes": ("name",),
    "env": ("name",),
    "imagePullSecrets": ("name",),
    "volumeMounts": ("mountPath",),
    "hostAliases": ("ip",),
    "conditions": ("type",),
    "ports": ("containerPort", "port"),
}
"""What names an element of a list; the first that each element has.
https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy"""

_QUANTITIES = ("requests", "limits", "capacity", "hard")
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The whole object again, as `kubectl apply` keeps it: of a Secret, its values too."""


def differences(before: Object | None, after: Object | None) -> tuple[plan.Difference, ...]:
    """The fields that differ. Values of Secrets are `***`."""
    found = _compared(_judged(_covered(before or {})), _judged(_covered(after or {})), "")
    return tuple(plan.Difference(path, _masked(old), _masked(new)) for path, old, new in found)


def _judged(obj: Object) -> Object:
    """What of an object is compared: all that somebody wants of it."""
    metadata = obj.get("metadata") or {}
    kept = {key: value for key, value in metadata.items() if key not in _OWN}
    rest = {key: value for key, value in obj.items() if key not in {"metadata", "status"}}
    return {**rest, "metadata": kept} if kept else rest


def _compared(before: Any, after: Any, path: str) -> Iterator[plan.Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*after, *(key for key in before if key not in after)]:
            yield from _compared(before.get(key), after.get(key), _inner(path, key))
    elif (names := _names(before, after, path)) is not None:
        yield from _lists(before, after, path, *names)
    elif not _is_same(before, after, path):
        yield plan.Difference(path, before, after)


def _inner(path: str, key: str) -> str:
    if "." in key or "/" in key:
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def _lists(
    before: Sequence[Any], after: Sequence[Any], path: str, old: list[str], new: list[str]
) -> Iterator[plan.Difference]:
    was, is_now = dict(zip(old, before, strict=True)), dict(zip(new, after, strict=True))
    for name in [*new, *(name for name in old if name not in is_now)]:
        yield from _compared(was.get(name), is_now.get(name), f"{path}[{name}]")


def _names(before: Any, after: Any, path: str) -> tuple[list[str], list[str]] | None:
    """The names of the elements of two lists of objects; None where they are not such lists."""
    if not (_has_objects(before) and _has_objects(after)):
        return None
    for key in _KEYS.get(path.rpartition(".")[2], ()):
        old, new = _values(before, key), _values(after, key)
        if old is not None and new is not None:
            return old, new
    return [str(index) for index in range(len(before))], [str(index) for index in range(len(after))]


def _has_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _values(elements: Sequence[Mapping[str, Any]], key: str) -> list[str] | None:
    """The value of a key in each element, where all have one of their own."""
    found = [str(each[key]) for each in elements if key in each]
    return found if len(set(found)) == len(elements) else None


def _is_same(before: Any, after: Any, path: str) -> bool:
    if before == after:
        return True
    parent = path.rpartition(".")[0].rpartition(".")[2]
    return parent in _QUANTITIES and quantities.is_same(before, after)


@dataclass(frozen=True, slots=True)
class _Covered:
    """A value that may be compared, and is not shown."""

    value: Any


def _covered(obj: Object) -> Object:
    """A Secret whose values are covered; anything else as it is."""
    if obj.get("kind") != kinds.SECRET.name:
        return obj
    covered = {
        key: {name: _Covered(inner) for name, inner in value.items()} if value else value
        for key, value in obj.items()
        if key in {"data", "stringData"}
    }
    metadata = obj.get("metadata") or {}
    notes = metadata.get("annotations") or {}
    if _LAST_APPLIED in notes:
        notes = {**notes, _LAST_APPLIED: _Covered(notes[_LAST_APPLIED])}
        covered["metadata"] = {**metadata, "annotations": notes}
    return {**obj, **covered}


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    return MASK if isinstance(value, _Covered) else value


def shown(obj: Object) -> Object:
    """An object as it may be shown: a Secret without its values."""
    found: Object = _masked(_covered(obj))
    return found

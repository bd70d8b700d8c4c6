"""A stack as objects: the same settings and material give the same objects, in the order in which they are applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, making, namespaces
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.objects.network import (
    certificates,
    policies,
    publishing,
    routes,
    services,
)
from homeport.targets.kubernetes.objects.workloads import cloud, engines, registry, registry_ui


class Material(NamedTuple):
    """What is no setting, and is made or found before rendering."""

    htpasswd: str | None
    """The users of the registry, as bcrypt lines; None keeps the Secret that the cluster has."""


def objects(chosen: settings.Settings, material: Material) -> tuple[Object, ...]:
    """All objects of the stack. Raises `SettingsError` where it cannot be deployed as it is asked for."""
    engines.check(chosen)
    made = [*_parts(chosen, material)]
    return tuple(sorted(made, key=lambda obj: kinds.APPLIED.index(kinds.of(obj))))


def _parts(chosen: settings.Settings, material: Material) -> Iterator[Object]:
    yield from namespaces.objects(chosen)
    yield from registry.objects(chosen, material.htpasswd)
    yield from registry_ui.objects(chosen)
    yield from cloud.objects(chosen)
    yield from services.objects(chosen)
    yield from routes.objects(chosen)
    yield from certificates.objects(chosen)
    yield from policies.objects(chosen)
    yield from publishing.objects(chosen)


def of_component(made: Sequence[Object], component: str) -> tuple[Object, ...]:
    """The objects of one component, with those that it shares with others."""
    its = [obj for obj in made if making.component(obj) == component]
    inside = {obj["metadata"].get("namespace") for obj in its}
    return tuple(obj for obj in made if obj in its or _is_shared(obj, inside))


def _is_shared(obj: Object, namespaces_: set[str]) -> bool:
    if making.component(obj) != making.STACK:
        return False
    return kinds.of(obj) is not kinds.NAMESPACE or obj["metadata"]["name"] in namespaces_

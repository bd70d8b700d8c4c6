"""Reads rendered objects: pods, containers, variables, volumes, routes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from homeport import errors
from homeport.stack.rules.rule import Object, Planned

_HOST = re.compile(r"Host\(\s*[`'\"]([^`'\"]+)[`'\"]\s*\)")
"""https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/#host-and-hostregexp"""


def find(planned: Planned, kind: str, name: str) -> Object:
    """The object of that kind and name. Raises `HomeportError` where the stack has none."""
    found = planned.find(kind, name)
    if found is None:
        raise errors.HomeportError(
            f"The stack has no {kind} {name}.",
            hint="This is a mistake of Homeport: homeport render shows what it has.",
        )
    return found


def of_kind(planned: Planned, kind: str) -> list[Object]:
    """All objects of a kind."""
    return [obj for obj in planned.objects if obj["kind"] == kind]


def namespace(obj: Object) -> str:
    """Where an object is; empty for what is nowhere."""
    return str(obj["metadata"].get("namespace", ""))


def position(planned: Planned, obj: Object) -> int:
    """When it is applied, among all others."""
    return next(at for at, other in enumerate(planned.objects) if other is obj)


# Pods


def pod(deployment: Object) -> Mapping[str, Any]:
    """The specification of its pods."""
    found: Mapping[str, Any] = deployment["spec"]["template"]["spec"]
    return found


def container(deployment: Object) -> Mapping[str, Any]:
    """The container that does the work: the first one."""
    found: Mapping[str, Any] = pod(deployment)["containers"][0]
    return found


def variables(deployment: Object) -> dict[str, str | None]:
    """The environment of its container; None where the value comes from elsewhere."""
    return {entry["name"]: entry.get("value") for entry in container(deployment).get("env", ())}


def volumes(deployment: Object) -> Sequence[Mapping[str, Any]]:
    """The volumes of its pods."""
    found: Sequence[Mapping[str, Any]] = pod(deployment).get("volumes") or ()
    return found


def claimed(deployment: Object, claim: str) -> str | None:
    """The name of the volume that is a claim; None where it uses no such claim."""
    for volume in volumes(deployment):
        if (volume.get("persistentVolumeClaim") or {}).get("claimName") == claim:
            return str(volume["name"])
    return None


def mounts(deployment: Object, volume: str) -> list[str]:
    """Where a volume is seen in the container."""
    mounted = container(deployment).get("volumeMounts") or ()
    return [str(mount["mountPath"]) for mount in mounted if mount["name"] == volume]


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder, or in it."""
    whole, base = path.rstrip("/") or "/", folder.rstrip("/")
    return whole == (base or "/") or whole.startswith(f"{base}/")


# Secrets


def secret_values(secret: Object) -> dict[str, bytes]:
    """What a Secret holds, decoded. Raises `HomeportError` where it is not what Kubernetes takes."""
    made = {key: str(text).encode() for key, text in (secret.get("stringData") or {}).items()}
    try:
        data = secret.get("data") or {}
        return {key: base64.b64decode(text, validate=True) for key, text in data.items()} | made
    except (binascii.Error, ValueError) as error:
        name = secret["metadata"]["name"]
        raise errors.HomeportError(f"The Secret {name} holds what is not base64.") from error


# Routes


def routes(planned: Planned, host: str) -> Iterator[tuple[Object, Mapping[str, Any]]]:
    """Each IngressRoute with each of its routes that takes requests for a host."""
    for obj in of_kind(planned, "IngressRoute"):
        for route in obj["spec"]["routes"]:
            if host in _HOST.findall(route["match"]):
                yield obj, route


def middlewares(planned: Planned, obj: Object, route: Mapping[str, Any]) -> list[Object]:
    """The middlewares of a route, those that the stack has."""
    wanted = {
        (ref.get("namespace") or namespace(obj), ref["name"])
        for ref in route.get("middlewares") or ()
    }
    found = of_kind(planned, "Middleware")
    return [one for one in found if (namespace(one), one["metadata"]["name"]) in wanted]


def has_middleware(planned: Planned, obj: Object, route: Mapping[str, Any], kind: str) -> bool:
    """Whether a route has a middleware of a kind, such as `basicAuth`."""
    return any(kind in one["spec"] for one in middlewares(planned, obj, route))

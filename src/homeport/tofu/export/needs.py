"""What must be there before an object: it becomes `depends_on`, so that things go in the opposite order too.

https://opentofu.org/docs/language/meta-arguments/depends_on/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Object = dict[str, Any]
Ref = tuple[str, str, str]
"""Kind, namespace and name."""


def ref(obj: Object) -> Ref:
    """Which object it is."""
    metadata = obj["metadata"]
    return obj["kind"], metadata.get("namespace", ""), metadata["name"]


def of(obj: Object, others: Sequence[Object]) -> list[Ref]:
    """Those of `others` that it needs, in their order."""
    wanted = set(_needed(obj, others))
    return [ref(other) for other in others if ref(other) in wanted and other is not obj]


def _needed(obj: Object, others: Sequence[Object]) -> Iterator[Ref]:
    namespace = _namespace(obj)
    yield "Namespace", "", namespace
    spec = obj.get("spec", {})
    if obj["kind"] == "Deployment":
        for kind, name in _mounted(spec["template"]["spec"]):
            yield kind, namespace, name
        yield from _policies(obj, others)
    if obj["kind"] == "IngressRoute":
        yield from _of_route(namespace, spec, others)
    if "basicAuth" in spec:
        yield "Secret", namespace, spec["basicAuth"]["secret"]
    if "issuerRef" in spec:
        issuer = spec["issuerRef"]
        yield issuer["kind"], "", issuer["name"]
        yield issuer["kind"], namespace, issuer["name"]


def secrets_of_environment(obj: Object) -> list[str]:
    """The Secrets that a Deployment reads once, when its pod starts."""
    found: dict[str, None] = {}
    for container in obj["spec"]["template"]["spec"]["containers"]:
        for each in container.get("env", []):
            if "valueFrom" in each:
                found[each["valueFrom"]["secretKeyRef"]["name"]] = None
    return [*found]


def config_maps(obj: Object) -> list[str]:
    """The ConfigMaps that a Deployment mounts."""
    volumes = obj["spec"]["template"]["spec"].get("volumes", [])
    return [each["configMap"]["name"] for each in volumes if "configMap" in each]


def _mounted(pod: Object) -> Iterator[tuple[str, str]]:
    for volume in pod.get("volumes", []):
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]
        if "persistentVolumeClaim" in volume:
            yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]
    for container in pod["containers"]:
        for each in container.get("env", []):
            if "valueFrom" in each:
                yield "Secret", each["valueFrom"]["secretKeyRef"]["name"]


def _policies(obj: Object, others: Sequence[Object]) -> Iterator[Ref]:
    """Those of its pods: their ports are closed before they open."""
    labels = obj["spec"]["selector"]["matchLabels"]
    near = [other for other in others if _namespace(other) == _namespace(obj)]
    for other in near:
        if other["kind"] == "NetworkPolicy" and _pods(other) == labels:
            yield ref(other)


def _namespace(obj: Object) -> str:
    found: str = obj["metadata"].get("namespace", "")
    return found


def _pods(policy: Object) -> Object:
    found: Object = policy["spec"]["podSelector"]["matchLabels"]
    return found


def _of_route(namespace: str, spec: Object, others: Sequence[Object]) -> Iterator[Ref]:
    for route in spec["routes"]:
        for middleware in route.get("middlewares", []):
            yield "Middleware", namespace, middleware["name"]
        for service in route["services"]:
            yield service["kind"], namespace, service["name"]
    secret = spec.get("tls", {}).get("secretName")
    for other in others:
        is_near = other["kind"] == "Certificate" and _namespace(other) == namespace
        if is_near and other["spec"]["secretName"] == secret:
            yield ref(other)

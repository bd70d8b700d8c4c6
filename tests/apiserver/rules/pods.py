"""What is refused of a pod, or of the template of one.

https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.apiserver.rules import found, names, ports
from tests.apiserver.rules.found import Causes
from tests.apiserver.shape import quantities

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
NOT_A_VARIABLE = "a valid environment variable name must consist only of printable ASCII characters other than '='"
"""https://kubernetes.io/blog/2025/08/27/kubernetes-v1-34-release/ : relaxed names of variables, on since 1.32"""


def check(spec: dict, path: str, *, is_template: bool = True) -> Causes:
    """All that is asked of a pod's `spec`."""
    volumes = {volume.get("name") for volume in spec.get("volumes") or ()}
    yield from _volumes(spec.get("volumes") or (), f"{path}.volumes")
    if not spec.get("containers"):
        yield found.required(f"{path}.containers")
    seen: set[str] = set()
    for group in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(group) or ()):
            place = f"{path}.{group}[{index}]"
            yield from _container(container, place, volumes)
            if container.get("name") in seen:
                yield found.duplicate(f"{place}.name", container["name"])
            seen.add(container.get("name") or "")
    allowed = ("Always",) if is_template else RESTART_POLICIES
    yield from _one_of(f"{path}.restartPolicy", spec.get("restartPolicy"), allowed)
    yield from _one_of(f"{path}.dnsPolicy", spec.get("dnsPolicy"), DNS_POLICIES)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        yield _negative(
            f"{path}.terminationGracePeriodSeconds", spec["terminationGracePeriodSeconds"]
        )
    yield from names.labels(f"{path}.nodeSelector", spec.get("nodeSelector"))


def _one_of(path: str, given: str | None, allowed: tuple[str, ...]) -> Causes:
    if given not in allowed:
        yield found.unsupported(path, given, allowed)


def _negative(path: str, number: int) -> found.Cause:
    return found.invalid(path, number, "must be greater than or equal to 0")


# Volumes


def _volumes(volumes: Iterable[dict], path: str) -> Causes:
    seen: set[str] = set()
    for index, volume in enumerate(volumes):
        place, name = f"{path}[{index}]", volume.get("name") or ""
        if not name:
            yield found.required(f"{place}.name")
        else:
            yield from names.label(f"{place}.name", name)
        if name in seen:
            yield found.duplicate(f"{place}.name", name)
        seen.add(name)
        yield from _source(volume, place)


REFERENCES = {
    "persistentVolumeClaim": "claimName",
    "secret": "secretName",
    "configMap": "name",
    "hostPath": "path",
}
IN_ORDER = (
    *("emptyDir", "hostPath", "secret", "nfs", "iscsi", "persistentVolumeClaim"),
    *("downwardAPI", "configMap", "projected", "csi", "ephemeral", "image"),
)
"""In which sources are looked at: of two the later one is too much."""
HOST_PATH_TYPES = (
    *("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate"),
    *("File", "FileOrCreate", "Socket"),
)


def _source(volume: dict, path: str) -> Causes:
    given = [name for name, part in volume.items() if name != "name" and part is not None]
    sources = sorted(given, key=lambda name: IN_ORDER.index(name) if name in IN_ORDER else 99)
    for extra in sources[1:]:
        yield found.forbidden(f"{path}.{extra}", "may not specify more than 1 volume type")
    for name, field in REFERENCES.items():
        part = volume.get(name)
        if part is not None and not part.get(field):
            yield found.required(f"{path}.{name}.{field}")
    kind = (volume.get("hostPath") or {}).get("type", "")
    if kind not in HOST_PATH_TYPES:
        yield found.unsupported(f"{path}.hostPath.type", kind, HOST_PATH_TYPES)


def _mounts(container: dict, path: str, volumes: set) -> Causes:
    seen: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        place = f"{path}.volumeMounts[{index}]"
        if not mount.get("name"):
            yield found.required(f"{place}.name")
        elif mount["name"] not in volumes:
            yield found.missing(f"{place}.name", mount["name"])
        if not mount.get("mountPath"):
            yield found.required(f"{place}.mountPath")
        elif mount["mountPath"] in seen:
            yield found.invalid(f"{place}.mountPath", mount["mountPath"], "must be unique")
        seen.add(mount.get("mountPath") or "")
        if mount.get("subPath") and mount["subPath"].startswith("/"):
            yield found.invalid(f"{place}.subPath", mount["subPath"], "must be a relative path")


# Containers


def _container(container: dict, path: str, volumes: set) -> Causes:
    if not container.get("name"):
        yield found.required(f"{path}.name")
    else:
        yield from names.label(f"{path}.name", container["name"])
    image = container.get("image") or ""
    if not image:
        yield found.required(f"{path}.image")
    elif image != image.strip():
        yield found.invalid(f"{path}.image", image, "must not have leading or trailing whitespace")
    yield from _one_of(f"{path}.imagePullPolicy", container.get("imagePullPolicy"), PULL_POLICIES)
    yield from _ports(container, f"{path}.ports")
    yield from _variables(container, f"{path}.env")
    yield from _mounts(container, path, volumes)
    yield from resources(container.get("resources") or {}, f"{path}.resources")
    for name in PROBES:
        if container.get(name) is not None:
            yield from _probe(container[name], f"{path}.{name}", name)


def _ports(container: dict, path: str) -> Causes:
    seen: set[str] = set()
    for index, port in enumerate(container.get("ports") or ()):
        place = f"{path}[{index}]"
        if port.get("name"):
            yield from ports.name(f"{place}.name", port["name"])
            if port["name"] in seen:
                yield found.duplicate(f"{place}.name", port["name"])
            seen.add(port["name"])
        if not port.get("containerPort"):
            yield found.required(f"{place}.containerPort")
        else:
            yield from ports.number(f"{place}.containerPort", port["containerPort"])
        if port.get("hostPort"):
            yield from ports.number(f"{place}.hostPort", port["hostPort"])
        yield from ports.protocol(f"{place}.protocol", port.get("protocol"))


def _variables(container: dict, path: str) -> Causes:
    for index, variable in enumerate(container.get("env") or ()):
        place, name = f"{path}[{index}]", variable.get("name") or ""
        if not name:
            yield found.required(f"{place}.name")
        elif re.fullmatch(r"[ -<>-~]+", name) is None:
            yield found.invalid(f"{place}.name", name, NOT_A_VARIABLE)
        source = variable.get("valueFrom")
        if source is None:
            continue
        if variable.get("value"):
            yield found.invalid(
                f"{place}.valueFrom", "", "may not be specified when `value` is not empty"
            )
        if not any(source.values()):
            yield found.invalid(
                f"{place}.valueFrom",
                "",
                "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
            )
        for reference in ("secretKeyRef", "configMapKeyRef"):
            if source.get(reference) is not None and not source[reference].get("key"):
                yield found.required(f"{place}.valueFrom.{reference}.key")


def resources(given: dict, path: str) -> Causes:
    """Requests may not be above limits: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"""
    limits = given.get("limits") or {}
    for group in ("limits", "requests"):
        for name, amount in (given.get(group) or {}).items():
            place = f"{path}.{group}[{name}]" if group == "limits" else f"{path}.{group}"
            if quantities.amount(amount) < 0:
                yield found.invalid(
                    f"{path}.{group}[{name}]", amount, "must be greater than or equal to 0"
                )
            limit = limits.get(name)
            is_above = limit is not None and quantities.amount(amount) > quantities.amount(limit)
            if group == "requests" and is_above:
                yield found.invalid(
                    place, amount, f"must be less than or equal to {name} limit of {limit}"
                )


def _probe(probe: dict, path: str, name: str) -> Causes:
    given = [handler for handler in HANDLERS if probe.get(handler) is not None]
    if not given:
        yield found.required(path, "must specify a handler type")
    if probe.get("exec") is not None and not probe["exec"].get("command"):
        yield found.required(f"{path}.exec.command")
    for extra in given[1:]:
        yield found.forbidden(f"{path}.{extra}", "may not specify more than 1 handler type")
    for field in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold"):
        if (probe.get(field) or 0) < 0:
            yield _negative(f"{path}.{field}", probe[field])
    if name != "readinessProbe" and probe.get("successThreshold") != 1:
        yield found.invalid(f"{path}.successThreshold", probe.get("successThreshold"), "must be 1")
    for handler in ("httpGet", "tcpSocket"):
        if probe.get(handler) is not None:
            yield from ports.number_or_name(f"{path}.{handler}.port", probe[handler].get("port", 0))
    if probe.get("httpGet") is not None:
        yield from _one_of(
            f"{path}.httpGet.scheme", probe["httpGet"].get("scheme"), ("HTTP", "HTTPS")
        )

"""What the server fills into a pod, or into the template of one.

https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/core/v1/defaults.go
"""

from __future__ import annotations

from typing import Any

from tests.apiserver.shape import quantities

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
"""https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes"""
MODES = ("secret", "configMap", "projected", "downwardAPI")
HOST_PATH_TYPE = ""


def fill(template: dict | None) -> None:
    """Fills a pod or a template in, in place."""
    if template is None:
        return
    spec = template.setdefault("spec", {})
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("schedulerName", "default-scheduler")
    spec.setdefault("securityContext", {})
    if spec.get("serviceAccountName"):
        # The old name of the field is kept in step with the new one.
        spec["serviceAccount"] = spec["serviceAccountName"]
    for group in ("containers", "initContainers"):
        for container in spec.get(group) or ():
            _container(container)
    for volume in spec.get("volumes") or ():
        _volume(volume)


def pull_policy(image: str) -> str:
    """https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting"""
    name, _, digest = image.partition("@")
    _, colon, tag = name.rpartition("/")[2].partition(":")
    return "Always" if not digest and (not colon or tag == "latest") else "IfNotPresent"


def _container(container: dict) -> None:
    container.setdefault("imagePullPolicy", pull_policy(container.get("image") or ""))
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    canonicalize(container.setdefault("resources", {}))
    for port in container.get("ports") or ():
        port.setdefault("protocol", "TCP")
    for variable in container.get("env") or ():
        field = (variable.get("valueFrom") or {}).get("fieldRef")
        if field is not None:
            field.setdefault("apiVersion", "v1")
    for name in PROBES:
        if container.get(name) is not None:
            _probe(container[name])
    for handler in (container.get("lifecycle") or {}).values():
        _http(handler)


def _probe(probe: dict) -> None:
    for name, number in PROBE.items():
        probe.setdefault(name, number)
    _http(probe)
    if probe.get("grpc") is not None:
        probe["grpc"].setdefault("service", "")


def _http(handler: Any) -> None:
    asked = handler.get("httpGet") if isinstance(handler, dict) else None
    if asked is not None:
        asked.setdefault("path", "/")
        asked.setdefault("scheme", "HTTP")


def _volume(volume: dict) -> None:
    if set(volume) <= {"name"}:
        volume["emptyDir"] = {}
    for name in MODES:
        if volume.get(name) is not None:
            volume[name].setdefault("defaultMode", 0o644)
    if volume.get("hostPath") is not None:
        volume["hostPath"].setdefault("type", HOST_PATH_TYPE)
    limit = (volume.get("emptyDir") or {}).get("sizeLimit")
    if limit is not None:
        volume["emptyDir"]["sizeLimit"] = quantities.canonical(limit)


def canonicalize(resources: dict | None) -> None:
    """Writes requests and limits as the server gives them back."""
    for group in ("requests", "limits"):
        if resources and resources.get(group):
            resources[group] = {
                name: quantities.canonical(amount) for name, amount in resources[group].items()
            }

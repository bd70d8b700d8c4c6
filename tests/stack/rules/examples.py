"""A stack that keeps every rule, and a cluster that has what it needs; tests break one thing at a time."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from homeport.stack import load
from homeport.stack.rules import checking, table
from homeport.stack.rules.rule import Planned, Stage
from homeport.targets.kubernetes.objects import render

HTPASSWD = "admin:$2y$05$" + "a" * 53 + "\n"
BUILTIN = {"HOMEPORT_CLOUD_ENGINE": "builtin"}
LICENSED = {"HOMEPORT_CLOUD_AUTH_TOKEN": "ls-token", "HOMEPORT_CLOUD_EDGE": "off"}
"""LocalStack as the data model has it, with what it needs since March 2026."""


def settings(**environment: str):
    base = {"HOMEPORT_DATA": "/d", "HOMEPORT_CONFIG": "/dev/null"}
    return load.load({}, base | environment).settings


def planned(htpasswd: str | None = HTPASSWD, **environment: str) -> Planned:
    chosen = settings(**(LICENSED | environment))
    # What is rendered is shared; what a test breaks is its own.
    made = copy.deepcopy(render.objects(chosen, render.Material(htpasswd)))
    return Planned(chosen, made)


def obj(stack: Planned, kind: str, name: str) -> dict[str, Any]:
    found = stack.find(kind, name)
    assert found is not None, f"{kind} {name}"
    return found


def container(stack: Planned, name: str) -> dict[str, Any]:
    return obj(stack, "Deployment", name)["spec"]["template"]["spec"]["containers"][0]


def variable(stack: Planned, name: str, value: str) -> None:
    env = container(stack, "localstack")["env"]
    next(entry for entry in env if entry["name"] == name)["value"] = value


def rule(name: str):
    return next(each for each in table.ALL if each.id == name)


def on_plan(name: str, stack: Planned) -> checking.Checked:
    return next(each for each in checking.on_plan(stack) if each.rule.id == name)


def on_cluster(name: str, stack: Planned, cluster: Cluster) -> checking.Checked:
    return next(each for each in checking.on_cluster(stack, cluster) if each.rule.id == name)


def said(checked: checking.Checked) -> str:
    assert checked.stage in Stage
    return " | ".join(f"{finding.text} {finding.hint}" for finding in checked.findings)


# A cluster


class Cluster:
    """Answers from what a test gives it, strictly: a kind that it does not know has no objects."""

    def __init__(self, *objects: dict[str, Any], version: str = "v1.35.6+k3s1") -> None:
        self.objects = [*objects]
        self.kinds = {
            ("traefik.io/v1alpha1", "IngressRoute"),
            ("traefik.io/v1alpha1", "Middleware"),
            ("cert-manager.io/v1", "Certificate"),
            ("cert-manager.io/v1", "Issuer"),
            ("cert-manager.io/v1", "ClusterIssuer"),
        }
        self.forbidden: dict[str, str] = {}
        self._version = version

    def version(self) -> str:
        return self._version

    def has(self, api_version: str, kind: str) -> bool:
        return (api_version, kind) in self.kinds

    def get(self, api_version: str, kind: str, namespace: str, name: str):
        named = [
            each
            for each in self.list(api_version, kind, namespace)
            if each["metadata"]["name"] == name
        ]
        return named[0] if named else None

    def list(self, api_version: str, kind: str, namespace: str = "") -> Sequence[Mapping[str, Any]]:
        return [
            each
            for each in self.objects
            if (each["apiVersion"], each["kind"]) == (api_version, kind)
            and namespace in ("", each["metadata"].get("namespace"))
        ]

    def forbids(self, what) -> str:
        json.dumps(what)
        return self.forbidden.get(what["kind"], "")


def made(api_version: str, kind: str, name: str, namespace: str = "", **parts) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    metadata |= parts.pop("metadata", {})
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **parts}


def node(name="node-1", runtime="containerd://2.2.5", ready="True", spec=None, **room):
    conditions = [{"type": "Ready", "status": ready, "reason": "KubeletReady"}]
    status = {
        "conditions": conditions,
        "allocatable": {"cpu": "4", "memory": "8Gi"} | room,
        "nodeInfo": {"containerRuntimeVersion": runtime},
    }
    return made("v1", "Node", name, spec=spec or {}, status=status)


def namespace(name, phase="Active"):
    return made("v1", "Namespace", name, status={"phase": phase})


def storage_class(name="local-path", provisioner="rancher.io/local-path", **more):
    return made("storage.k8s.io/v1", "StorageClass", name, provisioner=provisioner, **more)


def traefik(*arguments: str, kind="Deployment", image="rancher/mirrored-library-traefik:3.7.4"):
    pod = {"containers": [{"name": "traefik", "image": image, "args": [*arguments]}]}
    template = {"spec": {"template": {"spec": pod}}}
    return made("apps/v1", kind, "traefik", "kube-system", **template)


ENTRY_POINTS = ("--entryPoints.web.address=:8000/tcp", "--entryPoints.websecure.address=:8443/tcp")
NO_LIMIT = "--entryPoints.websecure.transport.respondingTimeouts.readTimeout=0"


def service(name, port=4566, kind="LoadBalancer", namespace="default", ip=""):
    ingress = {"loadBalancer": {"ingress": [{"ip": ip}]}} if ip else {}
    spec = {"type": kind, "ports": [{"port": port}]}
    return made("v1", "Service", name, namespace, spec=spec, status=ingress)


def issuer(name, ready="True", kind="ClusterIssuer", namespace="", **spec):
    conditions = [{"type": "Ready", "status": ready, "message": "the key is missing"}]
    return made(
        "cert-manager.io/v1", kind, name, namespace, spec=spec, status={"conditions": conditions}
    )


def good() -> Cluster:
    """A node of K3s with Docker, cert-manager, and a Traefik that lets slow pushes end."""
    return Cluster(
        node(runtime="docker://28.1.1"),
        namespace("cert-manager"),
        storage_class("longhorn", "driver.longhorn.io", allowVolumeExpansion=True),
        traefik(*ENTRY_POINTS, NO_LIMIT),
    )


GOOD = {"HOMEPORT_KUBERNETES_STORAGE_CLASS": "longhorn"}

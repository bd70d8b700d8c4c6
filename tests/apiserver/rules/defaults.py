"""What the server fills in, as far as it shows in an object.

https://kubernetes.io/docs/reference/kubernetes-api/ ; values:
https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/core/v1/defaults.go and pkg/apis/apps/v1/defaults.go
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.apiserver import kinds
from tests.apiserver.kinds import Kind
from tests.apiserver.rules import pod_defaults
from tests.apiserver.shape import quantities


def fill(kind: Kind, document: dict) -> None:
    """Fills the defaults of a kind in, in place."""
    filling = OF_KIND.get(kind)
    if filling is not None:
        filling(document)


def namespace(document: dict) -> None:
    """https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name"""
    metadata = document["metadata"]
    labels = metadata.get("labels") or {}
    metadata["labels"] = labels | {"kubernetes.io/metadata.name": metadata.get("name", "")}


def secret(document: dict) -> None:
    """https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/"""
    document.setdefault("type", "Opaque")
    plain = document.pop("stringData", None)
    if plain:
        encoded = {name: base64.b64encode(text.encode()).decode() for name, text in plain.items()}
        document["data"] = (document.get("data") or {}) | encoded


def claim(document: dict) -> None:
    """https://kubernetes.io/docs/concepts/storage/persistent-volumes/#volume-mode"""
    spec = document.setdefault("spec", {})
    spec.setdefault("volumeMode", "Filesystem")
    pod_defaults.canonicalize(spec.get("resources"))


def volume(document: dict) -> None:
    """https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming"""
    spec = document.setdefault("spec", {})
    spec.setdefault("persistentVolumeReclaimPolicy", "Retain")
    spec.setdefault("volumeMode", "Filesystem")
    if spec.get("hostPath") is not None:
        spec["hostPath"].setdefault("type", "")
    if spec.get("capacity"):
        spec["capacity"] = {
            name: quantities.canonical(amount) for name, amount in spec["capacity"].items()
        }


def storage_class(document: dict) -> None:
    """https://kubernetes.io/docs/concepts/storage/storage-classes/"""
    document.setdefault("reclaimPolicy", "Delete")
    document.setdefault("volumeBindingMode", "Immediate")


def deployment(document: dict) -> None:
    """https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#writing-a-deployment-spec"""
    spec = document.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    spec.setdefault("progressDeadlineSeconds", 600)
    spec.setdefault("revisionHistoryLimit", 10)
    strategy = spec.setdefault("strategy", {})
    _rolling(strategy, {"maxUnavailable": "25%", "maxSurge": "25%"})
    pod_defaults.fill(spec.setdefault("template", {}))


def replica_set(document: dict) -> None:
    """https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/"""
    spec = document.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    pod_defaults.fill(spec.setdefault("template", {}))


def daemon_set(document: dict) -> None:
    """https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"""
    spec = document.setdefault("spec", {})
    spec.setdefault("revisionHistoryLimit", 10)
    _rolling(spec.setdefault("updateStrategy", {}), {"maxUnavailable": 1, "maxSurge": 0})
    pod_defaults.fill(spec.setdefault("template", {}))


def _rolling(strategy: dict, numbers: dict) -> None:
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        strategy["rollingUpdate"] = numbers | (strategy.get("rollingUpdate") or {})


def pod(document: dict) -> None:
    """https://kubernetes.io/docs/concepts/workloads/pods/"""
    pod_defaults.fill(document)
    spec = document.setdefault("spec", {})
    spec.setdefault("enableServiceLinks", True)
    for container in spec.get("containers") or ():
        resources = container.setdefault("resources", {})
        if resources.get("limits"):
            # https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
            resources["requests"] = resources["limits"] | (resources.get("requests") or {})


def network_policy(document: dict) -> None:
    """https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource"""
    spec = document.setdefault("spec", {})
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress"] + (["Egress"] if spec.get("egress") else [])
    rules = (spec.get("ingress") or []) + (spec.get("egress") or [])
    for port in (port for rule in rules for port in rule.get("ports") or ()):
        port.setdefault("protocol", "TCP")


def endpoint_slice(document: dict) -> None:
    """https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/"""
    for port in document.get("ports") or ():
        port.setdefault("protocol", "TCP")
        port.setdefault("name", "")


NULL_TIMES = ("eventTime", "firstTimestamp", "lastTimestamp")


def event(document: dict) -> None:
    """https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/"""
    for name in NULL_TIMES:
        document.setdefault(name, None)
    document.setdefault("source", {})
    for name in ("reportingComponent", "reportingInstance"):
        document.setdefault(name, "")


def role_binding(document: dict) -> None:
    """https://kubernetes.io/docs/reference/access-authn-authz/rbac/"""
    for subject in document.get("subjects") or ():
        if subject.get("kind") in {"User", "Group"}:
            subject.setdefault("apiGroup", "rbac.authorization.k8s.io")


OF_KIND: dict[Kind, Callable[[dict], None]] = {
    kinds.NAMESPACE: namespace,
    kinds.SECRET: secret,
    kinds.CLAIM: claim,
    kinds.VOLUME: volume,
    kinds.STORAGE_CLASS: storage_class,
    kinds.DEPLOYMENT: deployment,
    kinds.REPLICA_SET: replica_set,
    kinds.DAEMON_SET: daemon_set,
    kinds.POD: pod,
    kinds.NETWORK_POLICY: network_policy,
    kinds.ENDPOINT_SLICE: endpoint_slice,
    kinds.ROLE_BINDING: role_binding,
    kinds.EVENT: event,
}

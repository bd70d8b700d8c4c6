"""What a new K3s cluster has before anybody uses it."""

from __future__ import annotations

from collections.abc import Iterable

from tests.apiserver import kinds
from tests.apiserver.kinds import Kind
from tests.apiserver.store import Store

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces"""

LOCAL_PATH = {
    "metadata": {
        "name": "local-path",
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    },
    "provisioner": "rancher.io/local-path",
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "WaitForFirstConsumer",
}
"""https://docs.k3s.io/add-ons/storage"""

KUBERNETES_SERVICE = {
    "metadata": {"name": "kubernetes", "namespace": "default"},
    "spec": {
        "clusterIP": "10.43.0.1",
        "clusterIPs": ["10.43.0.1"],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
        "sessionAffinity": "None",
        "type": "ClusterIP",
    },
}


def namespace(name: str) -> dict:
    """A namespace in use."""
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def node(version: str = "v1.35.6+k3s1") -> dict:
    """The only node: K3s runs containerd, and has no Docker socket."""
    return {
        "metadata": {
            "name": "node-1",
            "labels": {"kubernetes.io/hostname": "node-1", "kubernetes.io/os": "linux"},
        },
        "spec": {"podCIDR": "10.42.0.0/24"},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": "192.168.1.20"},
                {"type": "Hostname", "address": "node-1"},
            ],
            "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
            "nodeInfo": {
                "architecture": "amd64",
                "bootID": "",
                "containerRuntimeVersion": "containerd://2.2.5-k3s1",
                "kernelVersion": "6.12.0",
                "kubeProxyVersion": "",
                "kubeletVersion": version,
                "machineID": "",
                "operatingSystem": "linux",
                "osImage": "Debian GNU/Linux 12 (bookworm)",
                "systemUUID": "",
            },
        },
    }


def fill(store: Store, installed: Iterable[str]) -> None:
    """Creates what is not there yet."""
    rows: list[tuple[Kind, dict]] = [(kinds.NAMESPACE, namespace(name)) for name in NAMESPACES]
    rows.append((kinds.STORAGE_CLASS, LOCAL_PATH))
    rows.append((kinds.SERVICE, KUBERNETES_SERVICE))
    rows.append((kinds.NODE, node()))
    for kind, document in rows:
        metadata = document["metadata"]
        if store.find(kind, metadata.get("namespace", ""), metadata["name"]) is None:
            store.create(kind, document)
    fill_definitions(store, installed)


def fill_definitions(store: Store, installed: Iterable[str]) -> None:
    """Makes the CustomResourceDefinitions those of these groups."""
    wanted = {
        _definition(kind)["metadata"]["name"]: _definition(kind)
        for kind in kinds.CUSTOM
        if kind.group in set(installed)
    }
    present = {entry["metadata"]["name"] for entry in store.list(kinds.DEFINITION)}
    for name in present - set(wanted):
        store.remove(kinds.DEFINITION, "", name)
    for name in sorted(set(wanted) - present):
        store.create(kinds.DEFINITION, wanted[name])


def _definition(kind: Kind) -> dict:
    """A CustomResourceDefinition that is established."""
    custom = kinds.CUSTOM[kind]
    version = {
        "name": kind.version,
        "served": custom["served"],
        "storage": custom["storage"],
        "schema": {"openAPIV3Schema": custom["schema"]},
        "subresources": {name: {} for name in custom["subresources"]},
    }
    conditions = [
        {"type": name, "status": "True", "reason": reason}
        for name, reason in (
            ("NamesAccepted", "NoConflicts"),
            ("Established", "InitialNamesAccepted"),
        )
    ]
    return {
        "metadata": {"name": kind.resource},
        "spec": {
            "group": kind.group,
            "names": custom["names"],
            "scope": custom["scope"],
            "versions": [version],
        },
        "status": {
            "acceptedNames": custom["names"],
            "conditions": conditions,
            "storedVersions": [kind.version],
        },
    }

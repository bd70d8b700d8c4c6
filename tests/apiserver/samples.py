"""Objects that are right, for tests to make wrong in one place."""

from __future__ import annotations

from typing import Any

from tests.apiserver.store import copied


def config_map(namespace: str, name: str = "settings", **data: str) -> dict:
    """A ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace},
        "data": data or {"a": "1"},
    }


def secret(namespace: str, name: str = "credentials") -> dict:
    """A Secret."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "data": {"htpasswd": "YTpi"},
    }


def claim(namespace: str, name: str = "storage") -> dict:
    """A PersistentVolumeClaim."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
            "storageClassName": "local-path",
        },
    }


def service(namespace: str, name: str = "registry") -> dict:
    """A Service."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": "a"}, "ports": [{"name": "http", "port": 5000}]},
    }


def container(**changes: Any) -> dict:
    """A container that never has to start."""
    return {"name": "main", "image": "registry:2", **changes}


def deployment(namespace: str, name: str = "registry", **changes: Any) -> dict:
    """A Deployment of no pods, so that no controller has anything to do."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "a"}},
            "template": {
                "metadata": {"labels": {"app": "a"}},
                "spec": {"containers": [container(**changes)]},
            },
        },
    }


def ingress_route(namespace: str, name: str = "registry") -> dict:
    """Traefik's IngressRoute."""
    return {
        "apiVersion": "traefik.io/v1alpha1",
        "kind": "IngressRoute",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "entryPoints": ["websecure"],
            "routes": [
                {
                    "kind": "Rule",
                    "match": "Host(`a.example`)",
                    "services": [{"name": "registry", "port": 5000}],
                }
            ],
        },
    }


def changed(document: dict, path: str, value: Any) -> dict:
    """The object with one place of it set, or taken away where the value is None: `spec.ports.0.name`."""
    new = copied(document)
    place: Any = new
    *above, last = path.split(".")
    for part in above:
        place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
    if isinstance(place, list):
        place[int(last)] = value
    elif value is None:
        del place[last]
    else:
        place[last] = value
    return new

"""Small objects for tests of a cluster."""

from __future__ import annotations

from tests.apiserver import seed

PLACE = "registry"


def namespace(name=PLACE):
    """A namespace in use."""
    return {"apiVersion": "v1", "kind": "Namespace"} | seed.namespace(name)


def claim(name="data", *, size="1Gi", **spec):
    """A claim on local-path."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": PLACE},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "local-path",
            "resources": {"requests": {"storage": size}},
        }
        | spec,
    }


def volume(name="old", *, size="1Gi", policy="Retain", **spec):
    """A volume that nobody has yet."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "capacity": {"storage": size},
            "hostPath": {"path": f"/data/{name}"},
            "persistentVolumeReclaimPolicy": policy,
            "storageClassName": "local-path",
        }
        | spec,
    }


def mounted(claim_name="data"):
    """Volumes of a pod that uses the claim."""
    return [{"name": "data", "persistentVolumeClaim": {"claimName": claim_name}}]


def container(image="registry:2", **fields):
    """The container of a sample."""
    return {"name": "app", "image": image} | fields


def pod(name="one", *, volumes=(), **fields):
    """A pod of one container."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": PLACE, "labels": {"app": name}},
        "spec": {"containers": [container(**fields)], "volumes": list(volumes)},
    }


def deployment(name="web", *, image="registry:2", volumes=(), **spec):
    """A Deployment of one pod."""
    labels = {"app": name}
    template = {"containers": [container(image)], "volumes": list(volumes)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": PLACE},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": template},
        }
        | spec,
    }


def service(name="web", *, port=5000, kind="ClusterIP", target=None):
    """A Service of the Deployment of the same name."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": PLACE},
        "spec": {
            "type": kind,
            "selector": {"app": name},
            "ports": [{"port": port, "protocol": "TCP", "targetPort": target or port}],
        },
    }


def config(name, kind="ConfigMap", **data):
    """A ConfigMap or a Secret."""
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": PLACE},
        "data": data,
    }


def issuer(name, kind="ClusterIssuer", **spec):
    """An issuer of cert-manager."""
    place = {"name": name} | ({"namespace": PLACE} if kind == "Issuer" else {})
    return {"apiVersion": "cert-manager.io/v1", "kind": kind, "metadata": place, "spec": spec}


def certificate(issuer_name, issuer_kind="ClusterIssuer", name="web", **spec):
    """A Certificate for web.homelab.local with a small key."""
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": name, "namespace": PLACE},
        "spec": {
            "dnsNames": ["web.homelab.local"],
            "secretName": f"{name}-tls",
            "privateKey": {"algorithm": "ECDSA", "size": 256},
            "issuerRef": {"name": issuer_name, "kind": issuer_kind, "group": "cert-manager.io"},
        }
        | spec,
    }

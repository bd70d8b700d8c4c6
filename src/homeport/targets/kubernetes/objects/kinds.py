"""The kinds of objects that a stack has, and how one of them is named.

https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
"""

from __future__ import annotations

from typing import Any, NamedTuple

Object = dict[str, Any]
"""An object as JSON has it."""


class Kind(NamedTuple):
    """A kind of objects, as the API server has it."""

    api_version: str
    name: str
    plural: str
    is_namespaced: bool = True

    @property
    def collection(self) -> str:
        """The path of its objects, up to the namespace."""
        return (
            f"/api/{self.api_version}"
            if "/" not in self.api_version
            else f"/apis/{self.api_version}"
        )


NAMESPACE = Kind("v1", "Namespace", "namespaces", is_namespaced=False)
NODE = Kind("v1", "Node", "nodes", is_namespaced=False)
SECRET = Kind("v1", "Secret", "secrets")
CONFIG_MAP = Kind("v1", "ConfigMap", "configmaps")
CLAIM = Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
VOLUME = Kind("v1", "PersistentVolume", "persistentvolumes", is_namespaced=False)
SERVICE = Kind("v1", "Service", "services")
POD = Kind("v1", "Pod", "pods")
EVENT = Kind("v1", "Event", "events")
DEPLOYMENT = Kind("apps/v1", "Deployment", "deployments")
REPLICA_SET = Kind("apps/v1", "ReplicaSet", "replicasets")
STORAGE_CLASS = Kind("storage.k8s.io/v1", "StorageClass", "storageclasses", is_namespaced=False)
NETWORK_POLICY = Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies")
ENDPOINT_SLICE = Kind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices")
INGRESS_ROUTE = Kind("traefik.io/v1alpha1", "IngressRoute", "ingressroutes")
MIDDLEWARE = Kind("traefik.io/v1alpha1", "Middleware", "middlewares")
CERTIFICATE = Kind("cert-manager.io/v1", "Certificate", "certificates")
ISSUER = Kind("cert-manager.io/v1", "Issuer", "issuers")
CLUSTER_ISSUER = Kind("cert-manager.io/v1", "ClusterIssuer", "clusterissuers", is_namespaced=False)

APPLIED = (
    NAMESPACE,
    CLUSTER_ISSUER,
    ISSUER,
    SECRET,
    CONFIG_MAP,
    CLAIM,
    CERTIFICATE,
    NETWORK_POLICY,
    SERVICE,
    DEPLOYMENT,
    MIDDLEWARE,
    INGRESS_ROUTE,
)
"""The kinds of what we apply, in this order; they are deleted in the opposite one."""

READ = (NODE, VOLUME, POD, EVENT, REPLICA_SET, STORAGE_CLASS, ENDPOINT_SLICE)
"""The kinds that we never apply. (A PersistentVolume is told to outlive its claim, to wait for the next one, or to go with it.)"""

_BY_NAME = {(kind.api_version, kind.name): kind for kind in (*APPLIED, *READ)}


class Ref(NamedTuple):
    """Which object."""

    kind: Kind
    namespace: str
    """Empty for what is in none."""
    name: str

    def __str__(self) -> str:
        """As a person is told: `Deployment registry/registry`."""
        where = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind.name} {where}{self.name}"


def of(obj: Object) -> Kind:
    """The kind of an object. Raises `KeyError` for one that no stack has."""
    return _BY_NAME[obj["apiVersion"], obj["kind"]]


def ref(obj: Object) -> Ref:
    """Which object it is."""
    return Ref(of(obj), obj["metadata"].get("namespace", ""), obj["metadata"]["name"])

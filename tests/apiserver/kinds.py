"""The kinds that the server knows: the built-in ones, and those of the CustomResourceDefinitions in `schemas/`.

https://kubernetes.io/docs/reference/using-api/api-concepts/#standard-api-terminology
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

SCHEMAS = Path(__file__).parent / "schemas"
CUSTOM_GROUPS = ("traefik.io", "cert-manager.io")


class Kind(NamedTuple):
    """One kind of object, and the name of its collection in paths."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool

    @property
    def api_version(self) -> str:
        """As objects say it: `v1` or `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """As error texts say it: `secrets` or `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified(self) -> str:
        """The kind as error texts say it: `Secret` or `Deployment.apps`."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def base(self) -> str:
        """The path of its group and version."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"


class Traits(NamedTuple):
    """What discovery says of a kind beside its name."""

    singular: str
    short_names: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


def _kind(group: str, version: str, plural: str, kind: str, namespaced: bool = True) -> Kind:
    return Kind(group, version, plural, kind, namespaced)


NAMESPACE = _kind("", "v1", "namespaces", "Namespace", False)  # noqa: FBT003
NODE = _kind("", "v1", "nodes", "Node", False)  # noqa: FBT003
SECRET = _kind("", "v1", "secrets", "Secret")
CONFIG_MAP = _kind("", "v1", "configmaps", "ConfigMap")
CLAIM = _kind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim")
VOLUME = _kind("", "v1", "persistentvolumes", "PersistentVolume", False)  # noqa: FBT003
SERVICE = _kind("", "v1", "services", "Service")
POD = _kind("", "v1", "pods", "Pod")
SERVICE_ACCOUNT = _kind("", "v1", "serviceaccounts", "ServiceAccount")
EVENT = _kind("", "v1", "events", "Event")
DEPLOYMENT = _kind("apps", "v1", "deployments", "Deployment")
REPLICA_SET = _kind("apps", "v1", "replicasets", "ReplicaSet")
DAEMON_SET = _kind("apps", "v1", "daemonsets", "DaemonSet")
STORAGE_CLASS = _kind("storage.k8s.io", "v1", "storageclasses", "StorageClass", False)  # noqa: FBT003
ENDPOINT_SLICE = _kind("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice")
NETWORK_POLICY = _kind("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy")
INGRESS = _kind("networking.k8s.io", "v1", "ingresses", "Ingress")
ROLE = _kind("rbac.authorization.k8s.io", "v1", "roles", "Role")
ROLE_BINDING = _kind("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding")
DEFINITION = _kind(
    "apiextensions.k8s.io",
    "v1",
    "customresourcedefinitions",
    "CustomResourceDefinition",
    False,  # noqa: FBT003
)

TRAITS: dict[Kind, Traits] = {
    NAMESPACE: Traits("namespace", ("ns",), ("finalize", "status")),
    NODE: Traits("node", ("no",), ("status",)),
    SECRET: Traits("secret"),
    CONFIG_MAP: Traits("configmap", ("cm",)),
    CLAIM: Traits("persistentvolumeclaim", ("pvc",), ("status",)),
    VOLUME: Traits("persistentvolume", ("pv",), ("status",)),
    SERVICE: Traits("service", ("svc",), ("status",), ("all",)),
    POD: Traits("pod", ("po",), ("log", "status"), ("all",)),
    SERVICE_ACCOUNT: Traits("serviceaccount", ("sa",)),
    EVENT: Traits("event", ("ev",)),
    DEPLOYMENT: Traits("deployment", ("deploy",), ("status",), ("all",)),
    REPLICA_SET: Traits("replicaset", ("rs",), ("status",), ("all",)),
    DAEMON_SET: Traits("daemonset", ("ds",), ("status",), ("all",)),
    STORAGE_CLASS: Traits("storageclass", ("sc",)),
    ENDPOINT_SLICE: Traits("endpointslice"),
    NETWORK_POLICY: Traits("networkpolicy", ("netpol",)),
    INGRESS: Traits("ingress", ("ing",), ("status",)),
    ROLE: Traits("role"),
    ROLE_BINDING: Traits("rolebinding"),
    DEFINITION: Traits(
        "customresourcedefinition", ("crd", "crds"), ("status",), ("api-extensions",)
    ),
}
BUILT_IN: tuple[Kind, ...] = tuple(TRAITS)


def _read_custom() -> dict[Kind, dict]:
    """Each version of each custom kind with its part of `custom.json`."""
    found = {}
    for definition in json.loads((SCHEMAS / "custom.json").read_text()):
        names, scope = definition["names"], definition["scope"]
        for version in definition["versions"]:
            kind = Kind(
                definition["group"],
                version["name"],
                names["plural"],
                names["kind"],
                scope == "Namespaced",
            )
            found[kind] = {**version, "names": names, "scope": scope}
            TRAITS[kind] = Traits(
                names["singular"],
                tuple(names.get("shortNames", ())),
                tuple(version["subresources"]),
                tuple(names.get("categories", ())),
            )
    return found


CUSTOM: dict[Kind, dict] = _read_custom()
ALL: tuple[Kind, ...] = (*BUILT_IN, *CUSTOM)
_BY_PATH = {(kind.group, kind.version, kind.plural): kind for kind in ALL}
_BY_NAME = {(kind.api_version, kind.kind): kind for kind in ALL}


GENERATIONS = frozenset(
    {POD, DEPLOYMENT, REPLICA_SET, DAEMON_SET, INGRESS, NETWORK_POLICY, DEFINITION, *CUSTOM}
)
"""The kinds whose objects count their generation; others never have one."""


def is_built_in(group: list[str]) -> bool:
    """Whether a group, as part of a path, is compiled into the server."""
    return bool(group) and any(kind.group == group[0] for kind in BUILT_IN if kind.group)


def has_status(kind: Kind) -> bool:
    """Whether the status is written apart from the rest."""
    return "status" in TRAITS[kind].subresources


def at(group: str, version: str, plural: str) -> Kind | None:
    """The kind of a path."""
    return _BY_PATH.get((group, version, plural))


def named(api_version: str, kind: str) -> Kind | None:
    """The kind that an object says it is."""
    return _BY_NAME.get((api_version, kind))


def of(document: dict) -> Kind:
    """The kind of an object; KeyError where it is none of ours."""
    return _BY_NAME[document["apiVersion"], document["kind"]]


def installed(groups: Iterable[str]) -> tuple[Kind, ...]:
    """The kinds of a cluster that has the custom kinds of these groups only."""
    wanted = set(groups)
    return (*BUILT_IN, *(kind for kind in CUSTOM if kind.group in wanted))

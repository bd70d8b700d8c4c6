"""A cluster as the rules ask it: what was read once is not read again, so that all rules speak of the same moment."""

from __future__ import annotations

from collections.abc import Sequence

from homeport.stack.rules import rule
from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Kind, Object, Ref

_ASKED = (
    Kind("apps/v1", "DaemonSet", "daemonsets"),
    Kind("metallb.io/v1beta1", "IPAddressPool", "ipaddresspools"),
    Kind("traefik.containo.us/v1alpha1", "IngressRoute", "ingressroutes"),
)
"""Kinds that no stack has, and that rules look for."""

_KINDS = {(kind.api_version, kind.name): kind for kind in (*kinds.APPLIED, *kinds.READ, *_ASKED)}


class Facts:
    """Fulfils `rule.Cluster`."""

    def __init__(self, cluster: contract.Cluster) -> None:
        self._cluster = cluster
        self._lists: dict[tuple[Kind, str], tuple[Object, ...]] = {}
        self._objects: dict[Ref, Object | None] = {}
        self._version = ""

    def version(self) -> str:
        """The version of Kubernetes."""
        if not self._version:
            self._version = self._cluster.version()
        return self._version

    def has(self, api_version: str, kind: str) -> bool:
        """Whether the cluster knows that kind."""
        return self._cluster.has(_kind(api_version, kind))

    def get(self, api_version: str, kind: str, namespace: str, name: str) -> Object | None:
        """An object, or None where it is not there."""
        ref = Ref(_kind(api_version, kind), namespace, name)
        if ref not in self._objects:
            self._objects[ref] = self._cluster.get(ref)
        return self._objects[ref]

    def list(self, api_version: str, kind: str, namespace: str = "") -> Sequence[Object]:
        """All objects of a kind."""
        key = (_kind(api_version, kind), namespace)
        if key not in self._lists:
            self._lists[key] = self._cluster.list(*key).items
        return self._lists[key]

    def forbids(self, obj: rule.Object) -> str:
        """What the cluster says where we may not apply an object; whatever else it says against it, `plan` tells."""
        try:
            self._cluster.apply(dict(obj), is_dry_run=True, is_forced=True)
        except errors.Forbidden as error:
            return error.what
        except errors.Unreachable:
            raise
        except errors.ClusterError:
            return ""
        return ""


def of(cluster: contract.Cluster) -> rule.Cluster:
    """The cluster, for the rules of one command."""
    return Facts(cluster)


def _kind(api_version: str, name: str) -> Kind:
    return _KINDS[api_version, name]

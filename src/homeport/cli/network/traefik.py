"""Where Traefik of a cluster is reached from the network.

https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer
"""

from __future__ import annotations

from homeport import errors
from homeport.net import names
from homeport.stack import settings
from homeport.targets.kubernetes.cluster.contract import Cluster
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Object

_NAME = "traefik"
_BY_HAND = "dns.address in homeport.toml gives the address instead."


def addresses(chosen: settings.Settings, cluster: Cluster) -> tuple[str, ...]:
    """The addresses of its Service. Raises `HomeportError` where there is none yet, or a name in its place."""
    namespace = chosen.kubernetes.ingress_namespace
    found = [one for one in cluster.list(kinds.SERVICE, namespace).items if _is_traefik(one)]
    if not found:
        raise errors.HomeportError(
            f"There is no Service of Traefik in the namespace {namespace}, so the names have no address to lead to.",
            hint=f"kubernetes.ingress_namespace says where Traefik runs; {_BY_HAND}",
        )
    entries = [entry for one in found for entry in _entries(one)]
    reached = [entry["ip"] for entry in entries if names.is_address(entry.get("ip", ""))]
    if not reached:
        raise _unreached(found[0], entries)
    return tuple(sorted(dict.fromkeys(reached)))


def _is_traefik(service: Object) -> bool:
    """By the label of its chart, which K3s uses too: https://github.com/traefik/traefik-helm-chart"""
    its = service["metadata"]
    is_named = _NAME in {its["name"], (its.get("labels") or {}).get(labels.NAME)}
    return is_named and service.get("spec", {}).get("type") == "LoadBalancer"


def _entries(service: Object) -> list[Object]:
    balanced = (service.get("status") or {}).get("loadBalancer") or {}
    return list(balanced.get("ingress") or ())


def _unreached(service: Object, entries: list[Object]) -> errors.HomeportError:
    its = service["metadata"]
    where = f"Service {its['namespace']}/{its['name']}"
    hosts = [entry["hostname"] for entry in entries if entry.get("hostname")]
    if hosts:
        return errors.HomeportError(
            f"{where} is reached by the name {hosts[0]}, not by an address.",
            hint=f"Make the names aliases of that one at your DNS provider, or, where its address stays: {_BY_HAND}",
        )
    return errors.HomeportError(
        f"{where} has no address yet: its load balancer is pending.",
        hint=f"kubectl -n {its['namespace']} describe service {its['name']} says why; {_BY_HAND}",
    )

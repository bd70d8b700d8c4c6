"""Services of the type LoadBalancer get an address, at a port that is free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from homeport.stack.rules import objects
from homeport.stack.rules.cluster import seen
from homeport.stack.rules.rule import Cluster, Finding, Level, Object, Planned, Rule, Skipped

_K3S = "svccontroller.k3s.cattle.io/svcname"
"""A label of the DaemonSets of K3s's ServiceLB: https://docs.k3s.io/networking/networking-services#service-load-balancer"""


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """Somebody gives out addresses, and no other Service has the port where nodes have each port once."""
    wanted = [one for one in objects.of_kind(planned, "Service") if _is_balanced(one)]
    if not wanted:
        raise Skipped("the stack has no Service of that type")
    known = {seen.where(one) for one in wanted}
    others = [one for one in cluster.list("v1", "Service") if _is_balanced(one)]
    others = [one for one in others if seen.where(one) not in known]
    is_k3s = _has_service_lb(cluster)
    for one in wanted:
        yield from _taken(one, others, is_shared=is_k3s)
    if not is_k3s and not any(map(_has_address, others)) and not _has_metallb(cluster):
        yield Finding(
            f"Nothing was seen that gives addresses to Services of the type LoadBalancer: {', '.join(known)} may stay <pending>.",
            'K3s has one unless it was started with --disable=servicelb; elsewhere MetalLB is one. cloud.edge = "off" does without.',
            Level.WARNING,
        )


def _taken(wanted: Object, others: Sequence[Object], *, is_shared: bool) -> Iterator[Finding]:
    """https://docs.k3s.io/networking/networking-services#how-service-lb-works"""
    if not is_shared:
        return
    for port in _ports(wanted):
        holders = [seen.where(one) for one in others if port in _ports(one)]
        if holders:
            yield Finding(
                f"Port {port} of the nodes belongs to the Service {holders[0]}: {seen.where(wanted)} would stay <pending>.",
                'Write another cloud.port, or cloud.edge = "off": the cloud is reached by its name in any case.',
            )


def _is_balanced(service: Object) -> bool:
    return bool(service["spec"].get("type") == "LoadBalancer")


def _ports(service: Object) -> list[int]:
    return [int(port["port"]) for port in service["spec"].get("ports") or ()]


def _has_address(service: Object) -> bool:
    return bool(((service.get("status") or {}).get("loadBalancer") or {}).get("ingress"))


def _has_service_lb(cluster: Cluster) -> bool:
    if any(_K3S in seen.labels(one) for one in cluster.list("apps/v1", "DaemonSet", "kube-system")):
        return True
    # Before the first such Service there is none: then K3s is taken at its word, where nobody else is there.
    return seen.is_of_k3s(cluster.version()) and not _has_metallb(cluster)


def _has_metallb(cluster: Cluster) -> bool:
    """https://metallb.io/configuration/"""
    return bool(cluster.list("metallb.io/v1beta1", "IPAddressPool"))


RULE = Rule(
    id="cluster-load-balancer",
    title="Services of the type LoadBalancer get an address, at a port that is free.",
    why="K3s gives each port of its nodes to one Service; the second, and each one without a controller, stays <pending> for ever.",
    hint="cloud.port chooses another port, and cloud.edge = off does without the Service.",
    link="https://docs.k3s.io/networking/networking-services#service-load-balancer",
    cluster=on_cluster,
)

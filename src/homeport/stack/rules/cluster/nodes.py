"""There is a node with room for each pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from homeport.stack.kinds import quantities
from homeport.stack.rules import objects
from homeport.stack.rules.cluster import seen
from homeport.stack.rules.rule import Cluster, Finding, Level, Object, Planned, Rule

RESOURCES = ("cpu", "memory")


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """Nodes are ready, and one of them is large enough for each Deployment."""
    nodes = cluster.list("v1", "Node")
    usable = [node for node in nodes if seen.is_ready(node) and not _is_closed(node)]
    if not usable:
        yield Finding(
            f"No node takes pods: {', '.join(map(_said, nodes)) or 'there is none'}.",
            "kubectl describe nodes says why.",
        )
        return
    away = [node for node in nodes if node not in usable]
    if away:
        yield Finding(
            f"Some nodes take no pods: {', '.join(map(_said, away))}.",
            "kubectl describe nodes says why.",
            Level.WARNING,
        )
    for deployment in objects.of_kind(planned, "Deployment"):
        yield from _room(deployment, usable)


def _room(deployment: Object, nodes: list[Object]) -> Iterator[Finding]:
    """https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled"""
    wanted = {name: _requested(deployment, name) for name in RESOURCES}
    if any(all(_has(node, name) >= wanted[name] for name in RESOURCES) for node in nodes):
        return
    largest = {name: max(_has(node, name) for node in nodes) for name in RESOURCES}
    yield Finding(
        f"No node has room for {seen.name(deployment)}: it wants {_amount(wanted)}, and the nodes have at most {_amount(largest)}.",
        "Lower its memory and cpu in homeport.toml, or add a node.",
    )


def _requested(deployment: Object, resource: str) -> Decimal:
    """What its pod asks for; a limit without a request is one too."""
    total = Decimal()
    for container in objects.pod(deployment)["containers"]:
        its: Mapping[str, Any] = container.get("resources") or {}
        given = (its.get("requests") or {}).get(resource) or (its.get("limits") or {}).get(resource)
        total += quantities.read(given or "0")
    return total


def _has(node: Object, resource: str) -> Decimal:
    return quantities.read((node.get("status", {}).get("allocatable") or {}).get(resource, "0"))


def _is_closed(node: Object) -> bool:
    return bool((node.get("spec") or {}).get("unschedulable"))


def _said(node: Object) -> str:
    why = "it is cordoned" if _is_closed(node) else seen.condition(node, "Ready").get("reason", "")
    return f"{seen.name(node)} ({why or 'not ready'})"


def _amount(amounts: Mapping[str, Decimal]) -> str:
    return f"{float(amounts['cpu']):g} processors and {amounts['memory'] / 2**20:.0f} MiB"


RULE = Rule(
    id="cluster-nodes",
    title="There is a node with room for each pod.",
    why="A pod that fits nowhere stays Pending for ever.",
    hint="kubectl describe nodes shows what they have, and why one is not ready.",
    link="https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/",
    cluster=on_cluster,
)

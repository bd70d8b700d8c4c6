"""No namespace of the stack is on its way out."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules import objects
from homeport.stack.rules.cluster import seen
from homeport.stack.rules.rule import Cluster, Finding, Planned, Rule


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """None of them is Terminating."""
    for wanted in objects.of_kind(planned, "Namespace"):
        name = seen.name(wanted)
        found = cluster.get("v1", "Namespace", "", name)
        if found is None or (found.get("status") or {}).get("phase") != "Terminating":
            continue
        said = seen.condition(found, "NamespaceContentRemaining").get("message", "")
        yield Finding(
            f"The namespace {name} is being deleted{f': {said}' if said else ''}.",
            f"Nothing can be made in it until it is gone: kubectl get namespace {name} -o yaml shows what it waits for.",
        )


RULE = Rule(
    id="cluster-namespaces",
    title="No namespace of the stack is being deleted.",
    why="Kubernetes makes nothing in such a namespace; one that waits for a finalizer can stay so for ever.",
    hint="kubectl get namespace NAME -o yaml shows what it waits for.",
    link="https://kubernetes.io/docs/tasks/administer-cluster/namespaces/#deleting-a-namespace",
    cluster=on_cluster,
)

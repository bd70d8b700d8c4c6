"""We may apply what the stack has."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules import objects
from homeport.stack.rules.rule import Cluster, Finding, Planned, Rule


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """One object of each kind in each namespace is applied in a dry run.

    Rights are looked at before all else, so that a namespace that is not there yet does not matter.
    https://kubernetes.io/docs/reference/access-authn-authz/authorization/#request-verb-resource
    """
    asked = set()
    for obj in planned.objects:
        what = (obj["kind"], objects.namespace(obj))
        if what in asked:
            continue
        asked.add(what)
        said = cluster.forbids(obj)
        if said:
            yield Finding(
                f"We may not apply a {obj['kind']}{f' in {what[1]}' if what[1] else ''}: {said}",
                "kubectl auth can-i --list shows what we may; kubernetes.context names another context.",
            )


RULE = Rule(
    id="cluster-rights",
    title="We may apply what the stack has.",
    why="An apply that is refused half-way leaves half a stack.",
    hint="kubectl auth can-i --list shows what we may.",
    link="https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
    cluster=on_cluster,
)

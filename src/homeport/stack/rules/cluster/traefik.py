"""The cluster knows Traefik's kinds."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.rule import Cluster, Finding, Planned, Rule

KINDS = ("IngressRoute", "Middleware")
NOW, BEFORE = "traefik.io/v1alpha1", "traefik.containo.us/v1alpha1"


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """It has both kinds, in the group that Traefik 3 reads."""
    del planned
    missing = [kind for kind in KINDS if not cluster.has(NOW, kind)]
    if not missing:
        return
    if cluster.has(BEFORE, "IngressRoute"):
        yield Finding(
            f"The cluster has Traefik's kinds in the old group only ({BEFORE}): it runs Traefik 2.",
            "Traefik 3 is needed; K3s has it since v1.32: https://docs.k3s.io/upgrades",
        )
        return
    yield Finding(
        f"The cluster does not know {' and '.join(missing)} of {NOW}: Traefik, or its definitions, are not installed.",
        "K3s has them unless it was started with --disable=traefik; elsewhere "
        "https://doc.traefik.io/traefik/getting-started/install-traefik/ and kubernetes.ingress_namespace.",
    )


RULE = Rule(
    id="cluster-traefik",
    title="The cluster knows Traefik's IngressRoute and Middleware.",
    why="The components are reached through Traefik, which sees to HTTPS and passwords. Objects of its old group do nothing since 3.0.",
    hint="K3s has Traefik unless it was started with --disable=traefik.",
    link="https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/",
    cluster=on_cluster,
)

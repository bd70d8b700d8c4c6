"""The cluster knows cert-manager's kinds."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.rule import Cluster, Finding, Planned, Rule

GROUP = "cert-manager.io/v1"


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """It has certificates and issuers."""
    del planned
    kinds = ("Certificate", "Issuer", "ClusterIssuer")
    missing = [kind for kind in kinds if not cluster.has(GROUP, kind)]
    if missing:
        yield Finding(
            f"The cluster does not know {', '.join(missing)} of {GROUP}: cert-manager is not installed; K3s does not bring it.",
            "kubectl apply -f https://github.com/cert-manager/cert-manager/releases/latest/download/cert-manager.yaml",
        )


RULE = Rule(
    id="cluster-cert-manager",
    title="The cluster knows cert-manager's Certificate.",
    why="It makes the certificates, and renews them in time.",
    hint="https://cert-manager.io/docs/installation/",
    link="https://cert-manager.io/docs/installation/",
    cluster=on_cluster,
)

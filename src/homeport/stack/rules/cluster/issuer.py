"""The issuer of the certificates is there and ready."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from homeport.stack import settings
from homeport.stack.rules.cluster import cert_manager, seen
from homeport.stack.rules.rule import Cluster, Finding, Level, Object, Planned, Rule, Skipped

NOT_PUBLIC = ("local", "internal", "home.arpa", "localhost", "lan", "home", "test")
"""Names that no public CA vouches for: https://www.iana.org/assignments/special-use-domain-names/"""


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """It exists, is ready, and can vouch for the domain."""
    if not cluster.has(cert_manager.GROUP, "ClusterIssuer"):
        raise Skipped("cert-manager is not there")
    its = planned.chosen.kubernetes
    if not its.issuer:
        yield from _own(planned, cluster)
        return
    for kind, namespace in _places(planned.chosen):
        found = cluster.get(cert_manager.GROUP, kind, namespace, its.issuer)
        yield from _checked(found, kind, namespace, planned.chosen, cluster)


def _places(chosen: settings.Settings) -> Sequence[tuple[str, str]]:
    if chosen.kubernetes.issuer_kind == "clusterissuer":
        return (("ClusterIssuer", ""),)
    namespaces = dict.fromkeys((chosen.registry.namespace, chosen.cloud.namespace))
    return [("Issuer", namespace) for namespace in namespaces]


def _checked(
    found: Object | None, kind: str, namespace: str, chosen: settings.Settings, cluster: Cluster
) -> Iterator[Finding]:
    name = chosen.kubernetes.issuer
    said = f"{kind} {f'{namespace}/' if namespace else ''}{name}"
    if found is None:
        known = [seen.where(each) for each in cluster.list(cert_manager.GROUP, kind)]
        yield Finding(
            f"There is no {said}.",
            f"There are {', '.join(known) or 'none'}. kubernetes.issuer and kubernetes.issuer_kind name one; "
            "without kubernetes.issuer a CA is made for the stack.",
        )
    elif not seen.is_ready(found):
        why = seen.condition(found, "Ready").get("message", "it has not said why")
        scope = f"-n {namespace} " if namespace else ""
        yield Finding(
            f"The {said} is not ready: {why}", f"kubectl {scope}describe {kind.lower()} {name}"
        )
    elif "acme" in found.get("spec", {}) and _is_private(chosen.domain):
        yield Finding(
            f"The {said} is one of ACME, and no public CA vouches for names in {chosen.domain}.",
            "Leave kubernetes.issuer out for a CA of the stack's own, or take a domain that you own, with DNS-01.",
            Level.WARNING,
        )


def _own(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """Where the CA of the stack is kept for cert-manager."""
    name = planned.chosen.kubernetes.issuer_namespace
    if cluster.get("v1", "Namespace", "", name) is None:
        yield Finding(
            f"There is no namespace {name}, in which cert-manager would look for the CA of the stack.",
            "kubernetes.issuer_namespace names the one in which cert-manager runs (its --cluster-resource-namespace).",
        )


def _is_private(domain: str) -> bool:
    return any(domain == each or domain.endswith(f".{each}") for each in NOT_PUBLIC)


RULE = Rule(
    id="cluster-issuer",
    title="The issuer of the certificates is there, ready, and can vouch for the domain.",
    why="Without it the certificates are never made, and Traefik shows its own, which nobody trusts.",
    hint="Without kubernetes.issuer a CA is made for the stack.",
    link="https://cert-manager.io/docs/configuration/",
    cluster=on_cluster,
)

"""Who reaches the plain ports of the components. What the pods themselves reach is left as it is.

Nodes reach their own pods in any case, so kubelets can probe.
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, labels, making, names
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.objects.workloads import cloud, config_yml, registry_ui

_NAMESPACE = "kubernetes.io/metadata.name"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name"""
_TRAEFIK = "traefik"
"""https://github.com/traefik/traefik-helm-chart/blob/v37.0.0/traefik/templates/_helpers.tpl"""


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """One for each component, where they are wanted."""
    if not chosen.kubernetes.network_policies:
        return
    its = chosen.registry
    ui: list[Object] = (
        [{"podSelector": {"matchLabels": making.selector("registry-ui")}}]
        if chosen.ui.enabled
        else []
    )
    yield _policy(
        chosen,
        names.REGISTRY,
        ("registry", its.namespace, config_yml.PORT),
        "Lets Traefik and the web UI reach the registry, and nobody else.",
        [_traefik(chosen), *ui],
    )
    if chosen.ui.enabled:
        yield _policy(
            chosen,
            names.UI,
            ("registry-ui", its.namespace, registry_ui.PORT),
            "Lets Traefik reach the web UI, and nobody else.",
            [_traefik(chosen)],
        )
    yield _policy(
        chosen,
        names.CLOUD,
        ("cloud", chosen.cloud.namespace, cloud.PORT),
        "Lets the pods of the cluster reach the local AWS, and the network where the edge is open.",
        _of_cloud(chosen),
    )


def _policy(
    chosen: settings.Settings,
    name: str,
    pods: tuple[str, str, int],
    purpose: str,
    sources: Sequence[Object],
) -> Object:
    component, namespace, port = pods
    rule: Object = {"from": list(sources)} if sources else {}
    rule["ports"] = [{"port": port, "protocol": "TCP"}]
    spec: Object = {
        "podSelector": {"matchLabels": making.selector(component)},
        "policyTypes": ["Ingress"],
        "ingress": [rule],
    }
    return making.new(
        chosen,
        kinds.NETWORK_POLICY,
        name,
        purpose,
        component=component,
        namespace=namespace,
        spec=spec,
    )


def _traefik(chosen: settings.Settings) -> Object:
    return {
        "namespaceSelector": {"matchLabels": {_NAMESPACE: chosen.kubernetes.ingress_namespace}},
        "podSelector": {"matchLabels": {labels.NAME: _TRAEFIK}},
    }


def _of_cloud(chosen: settings.Settings) -> list[Object]:
    """Any source where the edge is open.

    What comes through a load balancer comes from the address of that, or of a node. Which networks may come is for the load balancer
    to see, which still knows.

    https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
    """
    return [{"namespaceSelector": {}}] if chosen.cloud.edge == "off" else []

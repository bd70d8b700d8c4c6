"""The Services of the components (`:5000`, `:80`, `:4566`)."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, making, names
from homeport.targets.kubernetes.objects.kinds import Object

UI_PORT = 80


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """One for each component, and the edge of the cloud."""
    its = chosen.registry
    yield _service(
        chosen, names.REGISTRY, "registry", its.namespace, its.port, "Reaches the registry inside."
    )
    if chosen.ui.enabled:
        yield _service(
            chosen, names.UI, "registry-ui", its.namespace, UI_PORT, "Reaches the web UI inside."
        )
    cloud = chosen.cloud
    yield _service(
        chosen, names.CLOUD, "cloud", cloud.namespace, cloud.port, "Reaches the local AWS inside."
    )
    if cloud.edge != "off":
        yield _edge(chosen)


def _service(
    chosen: settings.Settings,
    name: str,
    component: str,
    namespace: str,
    port: int,
    purpose: str,
    **more: object,
) -> Object:
    spec: Object = {
        "type": "ClusterIP",
        **more,
        "selector": making.selector(component),
        "ports": [{"name": "http", "port": port, "targetPort": "http", "protocol": "TCP"}],
    }
    return making.new(
        chosen, kinds.SERVICE, name, purpose, component=component, namespace=namespace, spec=spec
    )


def _edge(chosen: settings.Settings) -> Object:
    """No port of the nodes beside the load balancer's: `loadBalancerSourceRanges` would not hold there.

    https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-nodeport-allocation

    The policy `Cluster` is what lets K3s's ServiceLB do without: with `Local` it forwards to that port of the node. It filters by the
    client's own address in either case, before it changes that for its own.
    https://github.com/k3s-io/k3s/blob/master/pkg/cloudprovider/servicelb.go (newDaemonSet)
    https://github.com/k3s-io/klipper-lb/blob/v0.4.9/entry (SRC_RANGES)
    """
    its = chosen.cloud
    ranges = {"loadBalancerSourceRanges": list(its.edge_networks)} if its.edge_networks else {}
    return _service(
        chosen,
        names.EDGE,
        "cloud",
        its.namespace,
        its.port,
        "Opens the local AWS to the network, in plain HTTP and without a password.",
        **{
            "type": "LoadBalancer",
            "allocateLoadBalancerNodePorts": False,
            "externalTrafficPolicy": "Cluster",
            **ranges,
        },
    )

"""Endpoints of Services, and the one LoadBalancer a port that K3s's ServiceLB gives.

https://docs.k3s.io/networking/networking-services#service-load-balancer
"""

from __future__ import annotations

from tests.apiserver.controllers import world as worlds
from tests.apiserver.controllers.nodes import kubelet

SERVICE_NAME = "kubernetes.io/service-name"
"""https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/"""
_SOURCE = "service-lb-controller"


def run_load_balancers(world):
    """Gives each port of the node to the oldest LoadBalancer Service that asks for it; a Service gets all its ports or none."""
    taken: set[int] = set()
    wanting = [
        found for found in world.all("Service") if found["spec"].get("type") == "LoadBalancer"
    ]
    for found in sorted(wanting, key=_age):
        ports = {row["port"] for row in found["spec"]["ports"]}
        is_served = world.has_load_balancer and not ports & taken
        if is_served:
            taken |= ports
        _report(world, found, is_served and world.is_due(found, "load-balancer"))


def _age(found):
    """Whoever has an address keeps it."""
    has_address = bool((found.get("status") or {}).get("loadBalancer", {}).get("ingress"))
    return (not has_address, found["metadata"]["creationTimestamp"], found["metadata"]["name"])


def _report(world, found, is_served):
    state = {"loadBalancer": {}}
    if is_served:
        place = found["metadata"]
        state = {"loadBalancer": {"ingress": [{"ip": world.address, "ipMode": "VIP"}]}}
        name = f"kube-system/svclb-{place['name']}-{place['uid'][:8]}"
        text = f"Applied LoadBalancer DaemonSet {name}"
        world.event(found, "AppliedDaemonSet", text, source=_SOURCE)
    world.report(found, (found.get("status") or {}) | state)


def run_endpoints(world):
    """Keeps one EndpointSlice for each Service with a selector, or with addresses that a test gave."""
    for found in world.all("Service"):
        place, spec = found["metadata"], found["spec"]
        given = world.endpoints.get((place["namespace"], place["name"]))
        if given:
            _write(world, found, *_given(given, spec))
        elif spec.get("selector"):
            pods = _pods(world, place["namespace"], spec["selector"])
            _write(world, found, _ready(pods), _ports(spec, pods))


def _given(rows, spec):
    conditions = {"ready": True, "serving": True, "terminating": False}
    endpoints = [{"addresses": [address], "conditions": conditions} for address, _ in rows]
    port = rows[0][1]
    return endpoints, [_port(row, port) for row in spec["ports"]]


def _pods(world, namespace, selector):
    return [
        pod
        for pod in world.all("Pod", namespace)
        if selector.items() <= (pod["metadata"].get("labels") or {}).items()
        and (pod.get("status") or {}).get("podIP")
    ]


def _ready(pods):
    return [
        {
            "addresses": [pod["status"]["podIP"]],
            "conditions": {
                "ready": kubelet.is_ready(pod),
                "serving": kubelet.is_ready(pod),
                "terminating": "deletionTimestamp" in pod["metadata"],
            },
            "nodeName": pod["spec"]["nodeName"],
            "targetRef": {
                "kind": "Pod",
                "name": pod["metadata"]["name"],
                "namespace": pod["metadata"]["namespace"],
                "uid": pod["metadata"]["uid"],
            },
        }
        for pod in pods
    ]


def _ports(spec, pods):
    return [_port(row, _target(row, pods)) for row in spec["ports"]]


def _target(row, pods):
    target = row.get("targetPort", row["port"])
    if isinstance(target, int):
        return target
    named = [
        port["containerPort"]
        for pod in pods
        for container in pod["spec"]["containers"]
        for port in container.get("ports") or []
        if port.get("name") == target
    ]
    return named[0] if named else row["port"]


def _port(row, number):
    return {"name": row.get("name", ""), "port": number, "protocol": row.get("protocol", "TCP")}


def _write(world, found, endpoints, ports):
    slices = world.owned("EndpointSlice", found)
    if slices:
        world.save(slices[0] | {"endpoints": endpoints, "ports": ports})
        return
    place = found["metadata"]
    world.create(
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "name": f"{place['name']}-{world.suffix()}",
                "namespace": place["namespace"],
                "labels": (place.get("labels") or {})
                | {
                    SERVICE_NAME: place["name"],
                    "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
                },
                "ownerReferences": [worlds.owner_reference(found)],
            },
            "addressType": "IPv4",
            "endpoints": endpoints,
            "ports": ports,
        }
    )

"""Services: what is filled in and given out, and what is refused.

https://kubernetes.io/docs/concepts/services-networking/service/
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from tests.apiserver.rules import found, names, ports
from tests.apiserver.rules.found import Causes

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
NETWORK = ipaddress.ip_network("10.43.0.0/16")
"""Of K3s: https://docs.k3s.io/cli/server#networking"""
NODE_PORTS = range(30000, 32768)
"""https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport"""
EXPOSED = {"NodePort", "LoadBalancer"}


def fill(spec: dict) -> None:
    """Fills defaults in, in place."""
    kind = spec.setdefault("type", "ClusterIP")
    spec.setdefault("sessionAffinity", "None")
    if spec["sessionAffinity"] == "ClientIP":
        affinity = spec.setdefault("sessionAffinityConfig", {}).setdefault("clientIP", {})
        affinity.setdefault("timeoutSeconds", 10800)
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port.get("port"))
    if kind in EXPOSED:
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
    if kind != "ExternalName":
        spec.setdefault("internalTrafficPolicy", "Cluster")


def allocate(spec: dict, others: Iterable[dict], old: dict | None) -> None:
    """Gives addresses and node ports out, in place; what the service had it keeps."""
    _drop(spec, old or {})
    _keep(spec, old or {})
    if spec["type"] == "ExternalName":
        return
    specs = [other["spec"] for other in others]
    if not spec.get("clusterIP"):
        used = {other.get("clusterIP") for other in specs}
        spec["clusterIP"] = next(str(ip) for ip in _addresses() if str(ip) not in used)
    spec["clusterIPs"] = [spec["clusterIP"]]
    spec.setdefault("ipFamilies", ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "SingleStack")
    if spec["type"] == "NodePort" or spec.get("allocateLoadBalancerNodePorts"):
        _allocate_ports(
            spec, {port.get("nodePort") for other in specs for port in other.get("ports", ())}
        )


def taken(spec: dict, others: Iterable[dict]) -> Causes:
    """Addresses and ports that are asked for and are another service's."""
    specs = [other["spec"] for other in others]
    address = spec.get("clusterIP")
    if address not in {None, "", "None"} and address in {other.get("clusterIP") for other in specs}:
        why = f"failed to allocate IP {address}: provided IP is already allocated"
        yield found.invalid("spec.clusterIPs", spec.get("clusterIPs") or [address], why)
    used = {port.get("nodePort") for other in specs for port in other.get("ports", ())}
    for index, port in enumerate(spec.get("ports") or ()):
        if port.get("nodePort") and port["nodePort"] in used:
            why = "provided port is already allocated"
            yield found.invalid(f"spec.ports[{index}].nodePort", port["nodePort"], why)


DEPENDENT = (
    ("externalTrafficPolicy", EXPOSED),
    ("allocateLoadBalancerNodePorts", {"LoadBalancer"}),
    ("loadBalancerClass", {"LoadBalancer"}),
)
"""Fields with the types that have them."""


def _drop(spec: dict, old: dict) -> None:
    """A new type loses what only the old one had, unless the update asks for something else.

    https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/registry/core/service/strategy.go (dropTypeDependentFields)
    """
    before, now = old.get("type"), spec["type"]
    for name, types in DEPENDENT:
        if before in types and now not in types and spec.get(name) == old.get(name):
            spec.pop(name, None)
    if before in EXPOSED and now not in EXPOSED:
        known = [port.get("nodePort") for port in old.get("ports", ())]
        for port in spec.get("ports") or ():
            if port.get("nodePort") in known:
                port.pop("nodePort", None)


def _addresses() -> Iterator[ipaddress.IPv4Address]:
    """The first addresses are kept for services that name theirs."""
    return (address for index, address in enumerate(NETWORK.hosts()) if index > 255)


def _keep(spec: dict, old: dict) -> None:
    """An update that leaves these out means no change of them."""
    if not old or "ExternalName" in {spec["type"], old.get("type")}:
        return
    for name in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if not spec.get(name) and old.get(name):
            spec[name] = old[name]
    before = {(port["port"], port.get("protocol")): port for port in old.get("ports", ())}
    for port in spec.get("ports") or ():
        known = before.get((port.get("port"), port.get("protocol")), {})
        if spec["type"] in EXPOSED and not port.get("nodePort") and known.get("nodePort"):
            port["nodePort"] = known["nodePort"]


def _allocate_ports(spec: dict, used: set) -> None:
    for port in spec.get("ports") or ():
        if not port.get("nodePort"):
            port["nodePort"] = next(number for number in NODE_PORTS if number not in used)
        used.add(port["nodePort"])


def check(document: dict) -> Causes:
    """What is refused of a service."""
    spec = document.get("spec") or {}
    if spec.get("type") not in TYPES:
        yield found.unsupported("spec.type", spec.get("type"), TYPES)
    yield from _ports(spec)
    yield from names.labels("spec.selector", spec.get("selector"))
    if spec.get("type") == "ExternalName" and not spec.get("externalName"):
        yield found.required("spec.externalName")
    yield from _dependent(spec)
    for index, given in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        if not _is_network(given):
            path = f"spec.loadBalancerSourceRanges[{index}]"
            yield found.invalid(
                path, given, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
            )
    if spec.get("loadBalancerSourceRanges") and spec.get("type") != "LoadBalancer":
        yield found.forbidden(
            "spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'"
        )


def _dependent(spec: dict) -> Causes:
    kind = spec.get("type")
    if spec.get("externalTrafficPolicy") and kind not in EXPOSED:
        why = "may only be set for externally-accessible services"
        yield found.invalid("spec.externalTrafficPolicy", spec["externalTrafficPolicy"], why)
    if spec.get("allocateLoadBalancerNodePorts") is not None and kind != "LoadBalancer":
        why = "may only be used when `type` is 'LoadBalancer'"
        yield found.forbidden("spec.allocateLoadBalancerNodePorts", why)
    for index, port in enumerate(spec.get("ports") or ()):
        if port.get("nodePort") and kind == "ClusterIP":
            why = "may not be used when `type` is 'ClusterIP'"
            yield found.forbidden(f"spec.ports[{index}].nodePort", why)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return "/" in text


def _ports(spec: dict) -> Causes:
    given = spec.get("ports") or []
    if not given and spec.get("type") != "ExternalName" and spec.get("clusterIP") != "None":
        yield found.required("spec.ports")
    seen: set[str] = set()
    numbers: set[tuple] = set()
    for index, port in enumerate(given):
        path = f"spec.ports[{index}]"
        yield from _port(port, path, is_alone=len(given) == 1)
        if port.get("name") and port["name"] in seen:
            yield found.duplicate(f"{path}.name", port["name"])
        seen.add(port.get("name") or "")
        number = (port.get("port"), port.get("protocol"))
        if number in numbers:
            yield found.duplicate(path, {"port": number[0], "protocol": number[1]})
        numbers.add(number)


def _port(port: dict, path: str, *, is_alone: bool) -> Causes:
    if port.get("name"):
        yield from names.label(f"{path}.name", port["name"])
    elif not is_alone:
        yield found.required(f"{path}.name")
    yield from ports.number(f"{path}.port", port.get("port", 0))
    yield from ports.number_or_name(f"{path}.targetPort", port.get("targetPort", 0))
    yield from ports.protocol(f"{path}.protocol", port.get("protocol"))
    node_port = port.get("nodePort")
    if node_port and node_port not in NODE_PORTS:
        why = f"provided port is not in the valid range. The range of valid ports is {NODE_PORTS[0]}-{NODE_PORTS[-1]}"
        yield found.invalid(path + ".nodePort", node_port, why)


def check_change(document: dict, old: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/services-networking/service/#choosing-your-own-ip-address"""
    new, before = document["spec"], old["spec"]
    if "ExternalName" in {new["type"], before.get("type")} or not before.get("clusterIP"):
        return
    if new.get("clusterIP") != before["clusterIP"]:
        yield found.invalid("spec.clusterIPs[0]", [new.get("clusterIP")], "may not change once set")

"""Network policies, ingresses, roles and bindings.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

import ipaddress

from tests.apiserver.rules import found, ports
from tests.apiserver.rules.found import Causes

POLICY_TYPES = ("Ingress", "Egress")


def network_policy(document: dict) -> Causes:
    """https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/networking/validation/validation.go"""
    spec = document.get("spec") or {}
    for index, name in enumerate(spec.get("policyTypes") or ()):
        if name not in POLICY_TYPES:
            yield found.unsupported(f"spec.policyTypes[{index}]", name, POLICY_TYPES)
    for group, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(group) or ()):
            path = f"spec.{group}[{index}]"
            yield from _policy_ports(rule, f"{path}.ports")
            for place, peer in enumerate(rule.get(peers) or ()):
                yield from _peer(peer, f"{path}.{peers}[{place}]")


def _policy_ports(rule: dict, path: str) -> Causes:
    for index, port in enumerate(rule.get("ports") or ()):
        yield from ports.protocol(f"{path}[{index}].protocol", port.get("protocol"))
        if port.get("port") is not None:
            yield from ports.number_or_name(f"{path}[{index}].port", port["port"])


def _peer(peer: dict, path: str) -> Causes:
    given = [
        name
        for name in ("podSelector", "namespaceSelector", "ipBlock")
        if peer.get(name) is not None
    ]
    if not given:
        yield found.required(path, "must specify a peer")
    if "ipBlock" in given and len(given) > 1:
        yield found.forbidden(path, "may not specify both ipBlock and another peer")
    block = (peer.get("ipBlock") or {}).get("cidr")
    if block is not None and not _is_network(block):
        why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        yield found.invalid(f"{path}.ipBlock.cidr", block, why)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return "/" in text


def role(document: dict) -> Causes:
    """https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-and-clusterrole"""
    for index, rule in enumerate(document.get("rules") or ()):
        path = f"rules[{index}]"
        if not rule.get("verbs"):
            yield found.required(f"{path}.verbs", "verbs must contain at least one value")
        if not rule.get("apiGroups"):
            yield found.required(
                f"{path}.apiGroups", "resource rules must supply at least one api group"
            )
        if not rule.get("resources"):
            yield found.required(
                f"{path}.resources", "resource rules must supply at least one resource"
            )


def check_role_binding_change(document: dict, old: dict) -> Causes:
    """https://kubernetes.io/docs/reference/access-authn-authz/rbac/#clusterrolebinding-example"""
    if document.get("roleRef") != old.get("roleRef"):
        shown = {GO_NAMES[name]: part for name, part in (document.get("roleRef") or {}).items()}
        yield found.invalid("roleRef", shown, "cannot change roleRef")


GO_NAMES = {"apiGroup": "APIGroup", "kind": "Kind", "name": "Name"}
"""Fields of a reference as the server's own type has them."""

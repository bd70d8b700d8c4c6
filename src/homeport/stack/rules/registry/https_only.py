"""The registry MUST be accessible via HTTPS only."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from homeport import errors
from homeport.stack.rules import objects
from homeport.stack.rules.rule import Finding, Level, Object, Planned, Reply, Rule, Running

DEPLOYMENT = "registry"
_REDIRECTS = range(300, 400)


def on_plan(planned: Planned) -> Iterator[Finding]:
    """The route is HTTPS, plain HTTP is only sent on, and nothing else leads to the registry's port from outside."""
    yield from _routes(planned)
    deployment = objects.find(planned, "Deployment", DEPLOYMENT)
    yield from _services(planned, deployment)
    yield from _pod(deployment)
    yield from _policies(planned, deployment)


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """Plain HTTP is refused, or sent on to HTTPS; it is never served."""
    host = planned.chosen.hosts.registry
    running.ask(
        host, "GET", "/v2/"
    )  # else a host that nobody reaches would be one that keeps the rule
    for path in ("/v2/", "/v2/_catalog"):
        reply = _plain(running, host, path)
        if reply is not None and not _is_harmless(reply, host):
            yield Finding(
                f"http://{host}{path} is answered with {reply.status} over plain HTTP.",
                "Passwords and images can be read on the way. Traefik's plain entry point must redirect to HTTPS: "
                "homeport apply sets its route; registry.tls = true where it runs on this machine.",
            )
            return


def _plain(running: Running, host: str, path: str) -> Reply | None:
    """The answer over plain HTTP; None where there is none."""
    try:
        return running.ask(host, "GET", path, is_plain=True)
    except errors.HomeportError:
        return None


def _is_harmless(reply: Reply, host: str) -> bool:
    """Whether an answer says no, or sends on to HTTPS. A 401 would ask for the password in the clear."""
    if reply.status in _REDIRECTS:
        to = urllib.parse.urlsplit(reply.headers.get("location", ""))
        return (to.scheme, to.hostname) == ("https", host)
    return reply.status in {400, 403, 404, 421, 426}


def _routes(planned: Planned) -> Iterator[Finding]:
    its = planned.chosen.kubernetes
    host = planned.chosen.hosts.registry
    encrypted = 0
    for obj, route in objects.routes(planned, host):
        name, spec = obj["metadata"]["name"], obj["spec"]
        points = spec.get("entryPoints") or []
        if points == [its.entry_point] and spec.get("tls") is not None:
            encrypted += 1
        elif not objects.has_middleware(planned, obj, route, "redirectScheme"):
            yield Finding(
                f"The IngressRoute {name} serves {host} at {', '.join(points) or 'every entry point'}"
                f"{'' if spec.get('tls') is not None else ' without TLS'}.",
                f"It must be at {its.entry_point} with tls, and only redirect elsewhere.",
            )
    if not encrypted:
        yield Finding(
            f"No IngressRoute serves {host} at {its.entry_point} with TLS.",
            "kubernetes.entry_point names Traefik's entry point for HTTPS.",
        )


def _services(planned: Planned, deployment: Object) -> Iterator[Finding]:
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    for service in objects.of_kind(planned, "Service"):
        if not _selects(service["spec"].get("selector"), labels):
            continue
        if objects.namespace(service) != objects.namespace(deployment):
            continue
        kind = service["spec"].get("type", "ClusterIP")
        if kind != "ClusterIP" or service["spec"].get("externalIPs"):
            yield Finding(
                f"The Service {service['metadata']['name']} is a {kind} and opens the registry's plain port to the network.",
                "It must be a ClusterIP: only Traefik reaches it then.",
            )


def _selects(selector: Mapping[str, str] | None, labels: Mapping[str, str]) -> bool:
    return selector.items() <= labels.items() if selector else False


def _pod(deployment: Object) -> Iterator[Finding]:
    pod = objects.pod(deployment)
    ports: list[Mapping[str, Any]] = [
        port for each in pod["containers"] for port in each.get("ports") or ()
    ]
    if pod.get("hostNetwork") or any(port.get("hostPort") for port in ports):
        yield Finding(
            "The registry's plain port is open on its node (hostPort or hostNetwork).",
            "Leave both out: Traefik reaches the pod by its Service.",
        )


def _policies(planned: Planned, deployment: Object) -> Iterator[Finding]:
    if not planned.chosen.kubernetes.network_policies:
        yield Finding(
            "Every pod of the cluster can reach the registry's plain port: kubernetes.network_policies is off.",
            "Write kubernetes.network_policies = true in homeport.toml.",
            Level.WARNING,
        )
        return
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    covering = [
        policy
        for policy in objects.of_kind(planned, "NetworkPolicy")
        if objects.namespace(policy) == objects.namespace(deployment)
        and _is_covered(policy["spec"].get("podSelector") or {}, labels)
        and "Ingress" in (policy["spec"].get("policyTypes") or ["Ingress"])
    ]
    if not covering:
        yield Finding(
            "No NetworkPolicy keeps the registry's plain port for Traefik.",
            "This is a mistake of Homeport: homeport render shows them.",
        )
    elif not all(rule.get("from") for rule in _let_in(covering)):
        yield Finding(
            "A NetworkPolicy lets everyone in to the registry's plain port.",
            "This is a mistake of Homeport: homeport render shows them.",
        )


def _let_in(policies: Sequence[Object]) -> list[Mapping[str, Any]]:
    """A rule without `from` lets everyone in.

    https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec
    """
    return [rule for policy in policies for rule in policy["spec"].get("ingress") or ()]


def _is_covered(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    wanted = selector.get("matchLabels") or {}
    return bool(wanted.items() <= labels.items()) and not selector.get("matchExpressions")


RULE = Rule(
    id="registry-https-only",
    title="The registry MUST be accessible via HTTPS only.",
    why=(
        "Clients send their password with each request; over plain HTTP everyone on the way reads it, and can change images."
    ),
    hint="homeport apply makes the route on HTTPS, and one on HTTP that only redirects.",
    link="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/",
    plan=on_plan,
    running=on_running,
)

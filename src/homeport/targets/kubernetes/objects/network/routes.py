"""What Traefik lets in, and how.

https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/

An upload that takes longer than Traefik's `readTimeout`, 60 seconds by default, is cut. That is an option of Traefik itself, which no
object of ours can set. https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from homeport.net.ingress import site as ingress
from homeport.stack import settings
from homeport.stack.groups import sites
from homeport.targets.kubernetes.objects import kinds, making, names
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.objects.network import services
from homeport.targets.kubernetes.objects.workloads import engines

_NONE = "none"
_NOWHERE: Object = {"name": ingress.NOWHERE, "kind": "TraefikService"}


class _Place(NamedTuple):
    """Where a site's objects are."""

    name: str
    namespace: str
    port: int
    redirect: str
    """The Middleware that sends clients on to HTTPS. It must be in the namespace of the route.
    https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/ (allowCrossNamespace)"""


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """The routes of all components, and what stands before them."""
    places = _places(chosen)
    found = [(site, places[site.component]) for site in sites.of(chosen, engines.own(chosen))]
    if chosen.registry.auth:
        yield _basic_auth(chosen)
    for site, place in found:
        yield _secure(chosen, site, place)
    if chosen.kubernetes.plain_entry_point != _NONE:
        yield _redirect(chosen, names.REGISTRY, "registry", chosen.registry.namespace)
        yield _redirect(chosen, names.CLOUD, "cloud", chosen.cloud.namespace)
        for site, place in found:
            yield _plain(chosen, site, place)


def _places(chosen: settings.Settings) -> Mapping[str, _Place]:
    its, cloud = chosen.registry, chosen.cloud
    for_registry = names.redirect(names.REGISTRY)
    return {
        sites.REGISTRY: _Place(names.REGISTRY, its.namespace, its.port, for_registry),
        sites.UI: _Place(names.UI, its.namespace, services.UI_PORT, for_registry),
        sites.CLOUD: _Place(names.CLOUD, cloud.namespace, cloud.port, names.redirect(names.CLOUD)),
    }


def _basic_auth(chosen: settings.Settings) -> Object:
    return making.new(
        chosen,
        kinds.MIDDLEWARE,
        names.BASIC_AUTH,
        "Asks for a user and password.",
        component="registry",
        namespace=chosen.registry.namespace,
        spec=dict(ingress.login(chosen.registry.realm, {"secret": names.AUTH_SECRET})),
    )


def _redirect(chosen: settings.Settings, name: str, component: str, namespace: str) -> Object:
    return making.new(
        chosen,
        kinds.MIDDLEWARE,
        names.redirect(name),
        "Sends clients on to HTTPS.",
        component=component,
        namespace=namespace,
        spec=dict(ingress.redirect()),
    )


def _secure(chosen: settings.Settings, site: ingress.Site, place: _Place) -> Object:
    service: Object = {"kind": "Service", "name": place.name, "port": place.port}
    before = [names.BASIC_AUTH] if site.has_login else []
    spec: Object = {
        "entryPoints": [chosen.kubernetes.entry_point],
        "routes": _routes(site, service, before),
        "tls": {"secretName": names.certificate_secret(place.name)},
    }
    purpose = "Leads from its name to its Service, over HTTPS."
    return _route(chosen, site, place, place.name, purpose, spec)


def _plain(chosen: settings.Settings, site: ingress.Site, place: _Place) -> Object:
    spec: Object = {
        "entryPoints": [chosen.kubernetes.plain_entry_point],
        "routes": _routes(site, _NOWHERE, [place.redirect]),
    }
    purpose = "Leads from plain HTTP to HTTPS, and nowhere else."
    return _route(chosen, site, place, names.plain_route(place.name), purpose, spec)


def _route(
    chosen: settings.Settings,
    site: ingress.Site,
    place: _Place,
    name: str,
    purpose: str,
    spec: Object,
) -> Object:
    return making.new(
        chosen,
        kinds.INGRESS_ROUTE,
        name,
        purpose,
        component=site.component,
        namespace=place.namespace,
        spec=spec,
    )


def _routes(site: ingress.Site, service: Object, before: Sequence[str]) -> list[Object]:
    rest: Object = {"services": [service]}
    if before:
        rest = {"middlewares": [{"name": name} for name in before], **rest}
    return [
        {"kind": "Rule", "match": match.rule, **_priority(match), **rest}
        for match in ingress.matches(site)
    ]


def _priority(match: ingress.Match) -> Object:
    return {} if match.priority is None else {"priority": match.priority}

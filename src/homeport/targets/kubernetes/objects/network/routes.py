"""What Traefik lets in, and how.

https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/

An upload that takes longer than Traefik's `readTimeout`, 60 seconds by default, is cut. That is an option of Traefik itself, which no
object of ours can set. https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, making, names
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.objects.network import services
from homeport.targets.kubernetes.objects.workloads import engines

_NONE = "none"
_NOWHERE: Object = {"name": "noop@internal", "kind": "TraefikService"}
"""A route needs a service, and this one is none: nothing is served in plain HTTP, whatever becomes of the redirect.
https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/service/"""
_LAST = 1
"""https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/"""


class _Site(NamedTuple):
    name: str
    component: str
    namespace: str
    host: str
    port: int
    has_login: bool
    """Whether Traefik asks for a password."""
    redirect: str
    """The Middleware that sends clients on to HTTPS. It must be in the namespace of the route.
    https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/ (allowCrossNamespace)"""
    has_names_below: bool = False


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """The routes of all components, and what stands before them."""
    sites = _sites(chosen)
    if chosen.registry.auth:
        yield _basic_auth(chosen)
    for site in sites:
        yield _secure(chosen, site)
    if chosen.kubernetes.plain_entry_point != _NONE:
        yield _redirect(chosen, names.REGISTRY, "registry", chosen.registry.namespace)
        yield _redirect(chosen, names.CLOUD, "cloud", chosen.cloud.namespace)
        for site in sites:
            yield _plain(chosen, site)


def _sites(chosen: settings.Settings) -> Sequence[_Site]:
    """The components, as they are reached.

    Homeport's own registry asks for passwords itself, and Traefik leaves that to it: Traefik does not know of robots, of tokens, and of
    what everyone may pull.
    """
    its, cloud, hosts = chosen.registry, chosen.cloud, chosen.hosts
    for_registry = names.redirect(names.REGISTRY)
    is_asked = its.auth and not engines.is_builtin(its.engine)
    made = [
        _Site(
            names.REGISTRY,
            "registry",
            its.namespace,
            hosts.registry,
            its.port,
            is_asked,
            for_registry,
        )
    ]
    if chosen.ui.enabled:
        made.append(
            _Site(
                names.UI,
                "registry-ui",
                its.namespace,
                hosts.ui,
                services.UI_PORT,
                its.auth,
                for_registry,
            )
        )
    made.append(
        _Site(
            names.CLOUD,
            "cloud",
            cloud.namespace,
            hosts.cloud,
            cloud.port,
            has_login=False,
            redirect=names.redirect(names.CLOUD),
            has_names_below=True,
        )
    )
    return made


def _basic_auth(chosen: settings.Settings) -> Object:
    """The header goes on to the registry, which asks for itself: who comes round Traefik needs a password too."""
    spec: Object = {
        "basicAuth": {
            "secret": names.AUTH_SECRET,
            "realm": chosen.registry.realm,
            "removeHeader": False,
        }
    }
    return making.new(
        chosen,
        kinds.MIDDLEWARE,
        names.BASIC_AUTH,
        "Asks for a user and password.",
        component="registry",
        namespace=chosen.registry.namespace,
        spec=spec,
    )


def _redirect(chosen: settings.Settings, name: str, component: str, namespace: str) -> Object:
    return making.new(
        chosen,
        kinds.MIDDLEWARE,
        names.redirect(name),
        "Sends clients on to HTTPS.",
        component=component,
        namespace=namespace,
        spec={"redirectScheme": {"scheme": "https", "permanent": True}},
    )


def _secure(chosen: settings.Settings, site: _Site) -> Object:
    service: Object = {"kind": "Service", "name": site.name, "port": site.port}
    before = [names.BASIC_AUTH] if site.has_login else []
    spec: Object = {
        "entryPoints": [chosen.kubernetes.entry_point],
        "routes": _routes(site, service, before),
        "tls": {"secretName": names.certificate_secret(site.name)},
    }
    return _route(chosen, site, site.name, "Leads from its name to its Service, over HTTPS.", spec)


def _plain(chosen: settings.Settings, site: _Site) -> Object:
    spec: Object = {
        "entryPoints": [chosen.kubernetes.plain_entry_point],
        "routes": _routes(site, _NOWHERE, [site.redirect]),
    }
    name = names.plain_route(site.name)
    return _route(chosen, site, name, "Leads from plain HTTP to HTTPS, and nowhere else.", spec)


def _route(chosen: settings.Settings, site: _Site, name: str, purpose: str, spec: Object) -> Object:
    return making.new(
        chosen,
        kinds.INGRESS_ROUTE,
        name,
        purpose,
        component=site.component,
        namespace=site.namespace,
        spec=spec,
    )


def _routes(site: _Site, service: Object, before: Sequence[str]) -> list[Object]:
    """By its name, and where it has some by the names below it: a bucket's, where clients address it so.

    That match comes after all others, so that another component may have a name below it too.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    """
    rest: Object = {"services": [service]}
    if before:
        rest = {"middlewares": [{"name": name} for name in before], **rest}
    made: list[Object] = [{"kind": "Rule", "match": f"Host(`{site.host}`)", **rest}]
    if site.has_names_below:
        below = rf"^.+\.{re.escape(site.host)}$"
        match = f"HostRegexp(`{below}`)"
        made.append({"kind": "Rule", "match": match, "priority": _LAST, **rest})
    return made

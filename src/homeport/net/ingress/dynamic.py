"""What Traefik leads where: the sites, their components, and the certificate.

https://doc.traefik.io/traefik/reference/install-configuration/providers/others/file/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from homeport.net.ingress import site, static

IDLE_CONNECTIONS = 200
"""Kept open to a component: Go keeps two, and a push or pull has more at a time.
https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/serverstransport/"""
BACKEND_IDLE_S = 50
"""A component ends a connection that was idle for 75 s. Traefik ends it before, or a request would meet the end."""

_TO_HTTPS, _LOGIN = "to-https", "login"


class Backend(NamedTuple):
    """Where a component is reached."""

    url: str
    ca: str = ""
    """Whom to trust there, PEM."""
    server_name: str = ""
    """The name that its certificate must have."""
    is_verified: bool = True
    """Whether its certificate is asked for: one of the user's has names and a CA that are not known here."""


class Certificate(NamedTuple):
    """PEM: what it says is handed over, not where it lies, so that both are read at one time and fit."""

    certificate: str
    key: str


class Login(NamedTuple):
    """Whom Traefik lets in where it asks."""

    realm: str
    users: Sequence[str]
    """Lines of an htpasswd file."""


def configuration(
    sites: Sequence[site.Site],
    backends: Mapping[str, Backend],
    certificate: Certificate,
    login: Login,
    *,
    port: int,
    has_acme: bool = False,
) -> dict[str, Any]:
    """All of it. A site whose component is not among the `backends` is left out."""
    present = [each for each in sites if each.component in backends]
    made: dict[str, Any] = {
        "http": {
            "routers": {
                name: router for each in present for name, router in _routers(each, has_acme)
            },
            "middlewares": dict(_middlewares(present, login, port)),
            "services": {
                each.component: _service(each.component, backends[each.component])
                for each in present
            },
            "serversTransports": {
                each.component: _transport(backends[each.component]) for each in present
            },
        },
    }
    if (
        not has_acme
    ):  # of a name that a certificate has already, the default included, none is got by ACME
        made["tls"] = _certificates(certificate)
    return made


def _certificates(its: Certificate) -> dict[str, Any]:
    """The default too: a client that names no host, or another one, learns of no certificate of Traefik's own."""
    pair = {"certFile": its.certificate, "keyFile": its.key}
    return {"certificates": [pair], "stores": {"default": {"defaultCertificate": pair}}}


def _routers(its: site.Site, has_acme: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    before = [_LOGIN] if its.has_login else []
    for suffix, match in zip(("", "-below"), site.matches(its), strict=False):
        rule: dict[str, Any] = {"rule": match.rule}
        if match.priority is not None:
            rule["priority"] = match.priority
        yield (
            f"{its.component}{suffix}",
            {
                "entryPoints": [static.SECURE],
                **rule,
                **({"middlewares": before} if before else {}),
                "service": its.component,
                "tls": _tls(its) if has_acme else {},
            },
        )
        yield (
            f"{its.component}{suffix}-http",
            {
                "entryPoints": [static.PLAIN],
                **rule,
                "middlewares": [_TO_HTTPS],
                "service": site.NOWHERE,
            },
        )


def _tls(its: site.Site) -> dict[str, Any]:
    domain: dict[str, Any] = {"main": its.host}
    if its.has_names_below:
        domain["sans"] = [f"*.{its.host}"]
    return {"certResolver": static.RESOLVER, "domains": [domain]}


def _middlewares(
    sites: Sequence[site.Site], login: Login, port: int
) -> Iterator[tuple[str, site.Middleware]]:
    yield _TO_HTTPS, site.redirect(port)
    if any(each.has_login for each in sites):
        yield _LOGIN, site.login(login.realm, {"users": list(login.users)})


def _service(component: str, backend: Backend) -> dict[str, Any]:
    return {"loadBalancer": {"servers": [{"url": backend.url}], "serversTransport": component}}


def _transport(backend: Backend) -> dict[str, Any]:
    made: dict[str, Any] = {
        "maxIdleConnsPerHost": IDLE_CONNECTIONS,
        "forwardingTimeouts": {"idleConnTimeout": f"{BACKEND_IDLE_S}s"},
    }
    if not backend.is_verified:
        return made | {"insecureSkipVerify": True}
    if backend.ca:
        made |= {"rootCAs": [backend.ca], "serverName": backend.server_name}
    return made

"""A name by which clients reach a component, whoever lets them in: Traefik on this machine, or that of a cluster.

https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

NOWHERE = "noop@internal"
"""A route needs a service, and this one is none: nothing is served in plain HTTP, whatever becomes of the redirect.
https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/service/"""
LAST = 1
"""The lowest priority."""

Middleware = Mapping[str, Any]


class Site(NamedTuple):
    """One of them."""

    component: str
    host: str
    has_login: bool = False
    """Whether Traefik asks for a password before anything reaches the component."""
    has_names_below: bool = False
    """Whether the names below its own lead to it too: those of buckets and of functions."""


class Match(NamedTuple):
    """Which requests are meant."""

    rule: str
    priority: int | None = None
    """None for the one that Traefik gives to it by its length."""


def matches(site: Site) -> list[Match]:
    """By its name, and where it has some by the names below it: a bucket's, where clients address it so.

    That match comes after all others, so that another component may have a name below it too.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    """
    made = [Match(f"Host(`{site.host}`)")]
    if site.has_names_below:
        made.append(Match(rf"HostRegexp(`^.+\.{re.escape(site.host)}$`)", LAST))
    return made


def redirect(port: int = 443) -> Middleware:
    """Sends clients on to HTTPS.

    https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/redirectscheme/
    """
    to: dict[str, Any] = {"scheme": "https", "permanent": True}
    if port != 443:
        to["port"] = str(port)
    return {"redirectScheme": to}


def login(realm: str, users: Mapping[str, Any]) -> Middleware:
    """Asks for a user and password.

    The header goes on to the component, which asks for itself: who comes round Traefik needs a password too.
    https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/basicauth/
    """
    return {"basicAuth": {**users, "realm": realm, "removeHeader": False}}

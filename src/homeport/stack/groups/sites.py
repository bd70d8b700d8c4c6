"""Which components are reached by a name, and what is asked of their clients before: the same on this machine and on a cluster."""

from __future__ import annotations

from homeport.net.ingress import site
from homeport.stack import settings

REGISTRY, UI, CLOUD = settings.DEPLOYED


def of(chosen: settings.Settings, *, asks_itself: bool) -> tuple[site.Site, ...]:
    """All of them.

    Homeport's own registry `asks_itself` for passwords, and Traefik leaves that to it: Traefik does not know of robots, of tokens, and
    of what everyone may pull.
    """
    has_users, hosts = chosen.registry.auth, chosen.hosts
    registry = site.Site(REGISTRY, hosts.registry, has_login=has_users and not asks_itself)
    cloud = site.Site(CLOUD, hosts.cloud, has_names_below=True)
    if not chosen.ui.enabled:
        return registry, cloud
    return registry, site.Site(UI, hosts.ui, has_login=has_users), cloud

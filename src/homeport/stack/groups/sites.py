"""Which components are reached by a name, and what is asked of their clients before: the same on this machine and on a cluster."""

from __future__ import annotations

from collections.abc import Collection

from homeport.net.ingress import site
from homeport.stack import settings

REGISTRY, UI, CLOUD = settings.DEPLOYED


def of(chosen: settings.Settings, own: Collection[str]) -> tuple[site.Site, ...]:
    """All of them; `own` are the components that are Homeport's own.

    These ask for passwords themselves, and Traefik leaves that to them: Traefik does not know of robots, of tokens, of what everyone may
    pull, and of sessions.
    """
    has_users, hosts = chosen.registry.auth, chosen.hosts
    registry = site.Site(REGISTRY, hosts.registry, has_login=has_users and REGISTRY not in own)
    cloud = site.Site(CLOUD, hosts.cloud, has_names_below=True)
    if not chosen.ui.enabled:
        return registry, cloud
    return registry, site.Site(UI, hosts.ui, has_login=has_users and UI not in own), cloud

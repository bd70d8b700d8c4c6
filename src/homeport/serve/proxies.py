"""Whom a component believes in whom they speak for.

https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
"""

from __future__ import annotations

import ipaddress

from homeport.net import names
from homeport.registry.access.logins import addresses
from homeport.stack import settings


def trusted(chosen: settings.Settings, host: str) -> tuple[str, ...]:
    """Who is believed at `host`: ingress and console too, which come from the address by which they reach it.

    Else all their clients would count as one, and one of them who guesses passwords would slow down the others.
    """
    given = chosen.registry.trusted_proxies
    is_alone = chosen.ingress.enabled == "false" and not chosen.ui.enabled
    if is_alone or not names.is_address(host) or "%" in host:
        return given
    near = names.is_wildcard(host) or ipaddress.ip_address(host).is_loopback
    return tuple(dict.fromkeys((*given, *(addresses.LOOPBACK if near else (host,)))))

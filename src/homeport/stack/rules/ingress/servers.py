"""Who answers for the names, and how a machine comes to ask it."""

from __future__ import annotations

import urllib.parse

from homeport.net import names
from homeport.net.resolving import curing, machine
from homeport.stack import settings


def cure(chosen: settings.Settings, here: machine.Machine, name: str) -> str:
    """What makes the machine ask who has the records, in lines for a person."""
    return curing.cure(here, chosen.domain, name, of(chosen))


def of(chosen: settings.Settings) -> curing.Server:
    """The server that has the records, as this machine reaches it."""
    if chosen.dns.provider == "builtin":
        host = "127.0.0.1" if names.is_wildcard(chosen.dns.host) else chosen.dns.host
        return curing.Server(host, chosen.dns.port or 53)
    if chosen.dns.provider == "pihole":
        address = chosen.pihole.dns or urllib.parse.urlsplit(chosen.pihole.url).hostname or ""
        its_port = chosen.pihole.dns_port
        return curing.Server(address if names.is_address(address) else "", its_port)
    return curing.Server()

"""The names of the components are known on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from homeport.stack.rules.rule import Finding, Level, Planned, Rule

_MULTICAST = ".local"
"""https://www.rfc-editor.org/rfc/rfc6762#section-3"""


def on_here(planned: Planned) -> Iterator[Finding]:
    """Each name resolves, and the domain is one that resolvers ask servers about."""
    chosen = planned.chosen
    wanted = [chosen.hosts.registry, chosen.hosts.cloud]
    if planned.objects and chosen.ui.enabled:
        wanted.append(chosen.hosts.ui)
    unknown = [host for host in wanted if not resolves(host)]
    if unknown:
        yield Finding(
            f"{', '.join(unknown)} {'is' if len(unknown) == 1 else 'are'} not known on this machine.",
            _records(planned, unknown),
            Level.WARNING,
        )
    if f".{chosen.domain}".endswith(_MULTICAST):
        yield Finding(
            f"The domain {chosen.domain} ends in .local, which belongs to multicast DNS: some machines never ask a server for it, or wait for seconds.",
            'Write domain = "homelab.internal" or "home.arpa" in homeport.toml, or a domain that you own.',
            Level.WARNING,
        )


def resolves(host: str) -> bool:
    """Whether a name is known here."""
    try:
        return bool(socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM))
    except OSError:
        return False


def _records(planned: Planned, unknown: list[str]) -> str:
    if not planned.objects:
        return f"In /etc/hosts of each client: 127.0.0.1 {' '.join(unknown)} (or this machine's address)."
    return (
        f"Records in your DNS (Pi-hole): an A record {planned.chosen.hosts.ingress} with the address of Traefik, and each name a CNAME to it; "
        f"or in /etc/hosts: ADDRESS {' '.join(unknown)}"
    )


RULE = Rule(
    id="ingress-names",
    title="The names of the components are known on this machine.",
    why="Clients reach the components by name: Traefik and certificates tell them apart by it. Nodes that pull images need the names too.",
    hint="Make DNS records: each name a CNAME to the one of Traefik, and that one an A record.",
    link="https://www.rfc-editor.org/rfc/rfc8375",
    here=on_here,
)

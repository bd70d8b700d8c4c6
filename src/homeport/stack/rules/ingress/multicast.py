"""The domain is one for which machines ask a DNS server."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.net.resolving import judging, machine
from homeport.net.resolving.judging import Asked
from homeport.stack import settings
from homeport.stack.rules.ingress import servers
from homeport.stack.rules.rule import Finding, Level, Planned, Rule

_OTHERS = (
    "Other machines may do otherwise: macOS, systemd-resolved and nss-mdns each take .local for multicast in their own way"
    " (homeport doctor there tells; docs/names.md has them all)."
)
_LEFT = {
    Asked.FILE: "It is found here.",
    Asked.SERVERS: "So records in DNS are found here.",
    Asked.MULTICAST: "So records in DNS are not found here.",
    Asked.NOBODY: "So records in DNS are not found here.",
}


def on_here(planned: Planned) -> Iterator[Finding]:
    """A domain below .local is told, with what it means on this machine."""
    yield from explained(planned.chosen, machine.read())


def explained(chosen: settings.Settings, here: machine.Machine) -> Iterator[Finding]:
    """What a machine does with the names, and what changes that."""
    if not f".{chosen.domain}".endswith(judging.MULTICAST):
        return
    host = chosen.hosts.registry
    found = judging.way(here, host)
    lines = (
        [_OTHERS]
        if found.asked in {Asked.FILE, Asked.SERVERS}
        else [servers.cure(chosen, here, host)]
    )
    yield Finding(
        f"{chosen.domain} ends in .local, which belongs to multicast DNS. What this machine does with {host}: {found.why}"
        f" {_LEFT[found.asked]}",
        "\n".join([*lines, *_alternatives(chosen.domain)]),
        Level.WARNING,
    )


def _alternatives(domain: str) -> Iterator[str]:
    """Domains that no standard gives to something else.

    https://www.rfc-editor.org/rfc/rfc8375, https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en
    and https://www.rfc-editor.org/rfc/rfc6761#section-6.3
    """
    name = domain.removesuffix("local").rstrip(".") or "homelab"
    yield "Or take another domain, on one of these lines of homeport.toml:"
    yield f'    domain = "{name}.home.arpa"   is for networks at home (RFC 8375): every machine asks its DNS server'
    yield f'    domain = "{name}.internal"    is for private use (ICANN, 2024), likewise'
    yield f'    domain = "{name}.localhost"   needs no DNS, on this machine only: browsers, curl and systemd-resolved know it;'
    yield "        containers, other machines, and programs that have no resolver which knows it do not"


RULE = Rule(
    id="ingress-multicast",
    title="The domain is one for which machines ask a DNS server.",
    why="Names below .local belong to multicast DNS: many machines never ask a DNS server for them, or wait for seconds before they do.",
    hint='Write domain = "homelab.home.arpa" or "homelab.internal" in homeport.toml, or a domain that you own.',
    link="https://www.rfc-editor.org/rfc/rfc6762#section-3",
    here=on_here,
)

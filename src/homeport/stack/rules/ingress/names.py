"""The names of the components are known on this machine, and lead to where they are reached."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Mapping, Sequence
from concurrent import futures

from homeport.net import interfaces
from homeport.net import names as addresses
from homeport.net.resolving import judging, machine
from homeport.stack import settings
from homeport.stack.rules.ingress import servers
from homeport.stack.rules.rule import Finding, Level, Planned, Rule

Found = Mapping[str, Sequence[str]]
"""The addresses of each name."""


def on_here(planned: Planned) -> Iterator[Finding]:
    """Each name resolves, and to the right address where that is known here."""
    hosts = _hosts(planned)
    yield from judged(planned, looked_up(hosts), machine.read())


def judged(planned: Planned, found: Found, here: machine.Machine) -> Iterator[Finding]:
    """What is wrong with the addresses that were found on a machine."""
    unknown = [host for host, its in found.items() if not its]
    if unknown:
        yield Finding(
            f"{', '.join(unknown)} {'is' if len(unknown) == 1 else 'are'} not known on this machine.",
            _help(planned, unknown, here),
            Level.WARNING,
        )
    wanted = _wanted(planned)
    astray = {
        host: its
        for host, its in found.items()
        if its and wanted and not wanted & {*map(_plain, its)}
    }
    for host, its in list(astray.items())[:1]:
        more = f" So do {', '.join(list(astray)[1:])}." if len(astray) > 1 else ""
        yield Finding(
            f"{host} leads to {', '.join(its)}, and the components are reached at {_shown(planned.chosen, wanted)}.{more}",
            _led_by(host, here) + _mended(planned.chosen),
            Level.WARNING,
        )


def looked_up(hosts: Sequence[str]) -> dict[str, list[str]]:
    """The addresses of names, as any program of this machine finds them. All are asked at once: one may wait for seconds."""
    with futures.ThreadPoolExecutor(max(1, len(hosts))) as pool:
        return dict(zip(hosts, pool.map(_resolved, hosts), strict=True))


def resolves(host: str) -> bool:
    """Whether a name is known here."""
    return bool(_resolved(host))


def _resolved(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _hosts(planned: Planned) -> list[str]:
    hosts = planned.chosen.hosts
    return [
        host for host in (hosts.registry, hosts.cloud, hosts.ui) if host in planned.chosen.named
    ]


def _wanted(planned: Planned) -> set[str]:
    """Where the names are to lead; nothing where that is not known here."""
    its, dns = planned.chosen.ingress, planned.chosen.dns
    given = {address for address in (dns.address, dns.address6) if address}
    if given or planned.objects:
        return set(map(_plain, given))
    if not addresses.is_address(its.host):
        return set()
    if addresses.is_wildcard(its.host):
        return {"127.0.0.1", "::1", *interfaces.addresses()}
    # A name below localhost leads to both loopback addresses: https://www.rfc-editor.org/rfc/rfc6761#section-6.3
    return {"127.0.0.1", "::1"} if _is_loopback(its.host) else {_plain(its.host)}


def _shown(chosen: settings.Settings, wanted: set[str]) -> str:
    if chosen.dns.address:
        return f"{chosen.dns.address} (dns.address)"
    if addresses.is_wildcard(chosen.ingress.host):
        return f"the addresses of this machine ({', '.join(sorted(wanted))})"
    return f"{chosen.ingress.host} (ingress.host)"


def _led_by(host: str, here: machine.Machine) -> str:
    entries = judging.in_hosts(here, host)
    return f"Line {entries[0].line} of /etc/hosts says so. " if entries else ""


def _mended(chosen: settings.Settings) -> str:
    if chosen.dns.address or not _is_loopback(chosen.ingress.host):
        return "homeport dns shows what the records should be; a name that was looked up before is remembered for a while."
    return 'ingress.host = "0.0.0.0" lets this machine be reached at all its addresses; homeport dns shows what the records should be.'


def _help(planned: Planned, unknown: Sequence[str], here: machine.Machine) -> str:
    chosen = planned.chosen
    if planned.objects:
        return (
            f"Records in your DNS (Pi-hole): an A record {chosen.hosts.ingress} with the address of Traefik, and each name a CNAME to it; "
            f"or in /etc/hosts: ADDRESS {' '.join(unknown)}"
        )
    if chosen.dns.provider in {"builtin", "pihole"}:
        return servers.cure(chosen, here, unknown[0])
    if chosen.dns.provider == "hosts":
        return f"homeport dns apply writes them in {chosen.dns.hosts_file} (as root)."
    where = "127.0.0.1" if addresses.is_wildcard(chosen.ingress.host) else chosen.ingress.host
    return (
        'dns.provider = "hosts" in homeport.toml, and homeport dns apply, has them written in the hosts file of this machine;'
        ' "builtin" and "pihole" answer for the whole network.\n'
        f"By hand, in /etc/hosts of each client: {where} {' '.join(unknown)} (elsewhere with this machine's address)."
    )


def _plain(address: str) -> str:
    return str(ipaddress.ip_address(address.partition("%")[0]))


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (
        addresses.is_address(host) and ipaddress.ip_address(host).is_loopback
    )


RULE = Rule(
    id="ingress-names",
    title="The names of the components are known on this machine.",
    why="Clients reach the components by name: Traefik and certificates tell them apart by it. Nodes that pull images need the names too.",
    hint="Make DNS records: each name a CNAME to the one of Traefik, and that one an A record.",
    link="https://www.rfc-editor.org/rfc/rfc8375",
    here=on_here,
)

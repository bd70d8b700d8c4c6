"""What to write and to run so that a machine asks a DNS server for the names of a domain."""

from __future__ import annotations

import ipaddress
import shlex
from typing import NamedTuple

from homeport.net.resolving import judging, mac, resolved, servers, switch
from homeport.net.resolving.machine import MAC, Machine

DROP_IN = "/etc/systemd/resolved.conf.d/homeport.conf"
_USUAL = 53
_PLACEHOLDER = "ADDRESS-OF-YOUR-DNS-SERVER"


class Server(NamedTuple):
    """The one that knows the names; without an address where that is not known here."""

    address: str = ""
    port: int = _USUAL


def cure(machine: Machine, domain: str, name: str, server: Server) -> str:
    """The lines for a person, each a file or a command of this very machine."""
    if machine.platform == MAC:
        return _on_mac(domain, name, server)
    if _is_by_resolved(machine):
        return _of_resolved(machine, domain, name, server)
    if judging.way(machine, name).asked is judging.Asked.MULTICAST:
        return _of_nss_mdns(machine)
    return _of_servers(machine, server)


def _on_mac(domain: str, name: str, server: Server) -> str:
    lines = [f"nameserver {server.address or _PLACEHOLDER}"]
    lines += [f"port {server.port}"] if server.port != _USUAL else []
    content = shlex.quote("".join(f"{line}\\n" for line in lines))
    return (
        "Give macOS a server for this domain:\n"
        f"    sudo mkdir -p {mac.FOLDER}\n"
        f"    printf {content} | sudo tee {mac.FOLDER}/{domain}\n"
        f"    dscacheutil -q host -a name {name}    shows the address (dig does not look there)"
    )


def _is_by_resolved(machine: Machine) -> bool:
    if not machine.has_resolved:
        return False
    names = {source.name for source in switch.hosts(machine.switch)}
    return "resolve" in names or servers.is_stub(servers.listed(machine.servers))


def _of_resolved(machine: Machine, domain: str, name: str, server: Server) -> str:
    links = [scope for scope in resolved.scopes(machine.resolved) if scope.servers]
    found = (
        [_at(server)]
        if server.address
        else [*dict.fromkeys(s for each in links for s in each.servers)]
    )
    lines = [
        f"Write {DROP_IN}:",
        "    [Resolve]",
        f"    DNS={' '.join(found[:3]) or _PLACEHOLDER}",
        f"    Domains=~{domain}",
        "and have it read: sudo systemctl restart systemd-resolved",
        f"resolvectl query {name} shows the address then.",
    ]
    its = [
        each.link
        for each in links
        if server.address in each.servers and each.link != resolved.GLOBAL
    ]
    if its and server.port == _USUAL:
        lines.append(f"To try it until the next start: sudo resolvectl domain {its[0]} '~{domain}'")
    return "\n".join(lines)


def _at(server: Server) -> str:
    """https://www.freedesktop.org/software/systemd/man/latest/resolved.conf.html#DNS="""
    if server.port == _USUAL:
        return server.address
    is_six = ipaddress.ip_address(server.address).version == 6
    return f"[{server.address}]:{server.port}" if is_six else f"{server.address}:{server.port}"


def _of_nss_mdns(machine: Machine) -> str:
    by = next(
        each
        for each in switch.hosts(machine.switch)
        if each.name.startswith("mdns") and each.ends_at
    )
    if not by.name.endswith("_minimal") and machine.allowed is not None:
        return "Remove the line for .local from /etc/mdns.allow: names of more than two labels are passed on to DNS then."
    return (
        f"In /etc/nsswitch.conf, on the line that begins with hosts:, take [NOTFOUND=return] away after {by.name}; or choose a domain"
        " of two labels, such as homelab.local: names of three are passed on to DNS."
    )


def _of_servers(machine: Machine, server: Server) -> str:
    listed = servers.listed(machine.servers)
    if not server.address or server.address in listed:
        how = (
            "homeport dns check asks it for them, homeport dns apply makes them."
            if server.address
            else "homeport dns print shows them."
        )
        return (
            f"The DNS server {', '.join(listed)} of /etc/resolv.conf must have the records: {how}"
        )
    if server.port != _USUAL:
        return (
            f"The C library asks port 53 only, and the names are at port {server.port} of {server.address}: give it that port"
            ' (dns.port = 53), or have the names in the hosts file: dns.provider = "hosts".'
        )
    return (
        f"This machine asks {', '.join(listed)}: write nameserver {server.address} as the first line of /etc/resolv.conf (or tell"
        " whatever writes that file), and let it pass other names on."
    )

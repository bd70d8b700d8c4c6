"""What happens on a machine when a program asks for the address of a name."""

from __future__ import annotations

import enum
import ipaddress
from collections.abc import Iterator
from typing import NamedTuple

from homeport.net.resolving import mac, resolved, servers, switch
from homeport.net.resolving.machine import MAC, Machine

MULTICAST = ".local"
"""https://www.rfc-editor.org/rfc/rfc6762#section-3"""
_TWO = 2


class Asked(enum.Enum):
    """Who answers in the end."""

    FILE = "the hosts file"
    SERVERS = "DNS servers"
    MULTICAST = "multicast"
    """Whoever on the network says that the name is theirs; Homeport does not."""
    NOBODY = "nobody"


class Way(NamedTuple):
    """What happens for a name."""

    asked: Asked
    why: str
    """A sentence for a person."""
    servers: tuple[str, ...] = ()
    """The DNS servers that are asked, where they are."""


class Entry(NamedTuple):
    """A line of the hosts file."""

    address: str
    line: int


def in_hosts(machine: Machine, name: str) -> list[Entry]:
    """Where the hosts file has a name. https://man7.org/linux/man-pages/man5/hosts.5.html"""
    return [
        Entry(words[0], number)
        for number, line in enumerate(machine.hosts.splitlines(), 1)
        for words in (line.partition("#")[0].lower().split(),)
        if name in words[1:] and _is_address(words[0])
    ]


def way(machine: Machine, name: str) -> Way:
    """Who is asked for a name, as the files and services of the machine say."""
    entries = in_hosts(machine, name)
    if entries:
        return Way(Asked.FILE, f"Line {entries[0].line} of /etc/hosts has it.")
    if machine.platform == MAC:
        return _on_mac(machine, name)
    said: list[str] = []
    for found in _through(machine, name, said):
        return found._replace(why=" ".join([*said, found.why]))
    return Way(Asked.NOBODY, " ".join([*said, "/etc/nsswitch.conf names no source that knows it."]))


def _on_mac(machine: Machine, name: str) -> Way:
    found = mac.resolver_of(name, machine.resolvers)
    if found is not None and found.servers:
        port = "" if found.port == 53 else f", port {found.port}"
        at = f"{', '.join(found.servers)}{port}"
        return Way(Asked.SERVERS, f"{mac.FOLDER}/{found.domain} sends it to {at}.", found.servers)
    if name.endswith(MULTICAST):
        return Way(
            Asked.MULTICAST,
            f"macOS asks for .local by multicast, and waits for seconds until nobody has answered: {mac.FOLDER} has no file for it.",
        )
    asked = servers.listed(machine.servers)
    return Way(Asked.SERVERS, _asks(asked), asked)


def _through(machine: Machine, name: str, said: list[str]) -> Iterator[Way]:
    """The sources in their order; each that passes the name on says why."""
    for source in switch.hosts(machine.switch):
        if source.name.startswith("mdns"):
            yield from _by_nss_mdns(machine, name, source, said)
        elif source.name == "resolve" and machine.has_resolved:
            yield _by_resolved(machine, name)
        elif source.name == "dns":
            asked = servers.listed(machine.servers)
            if servers.is_stub(asked) and machine.has_resolved:
                yield _by_resolved(machine, name)
            else:
                yield Way(Asked.SERVERS, _asks(asked), asked)


def _asks(asked: tuple[str, ...]) -> str:
    return f"/etc/resolv.conf sends it to {', '.join(asked)}, as any other name."


def _by_nss_mdns(
    machine: Machine, name: str, source: switch.Source, said: list[str]
) -> Iterator[Way]:
    """https://github.com/avahi/nss-mdns#activation"""
    is_full = not source.name.endswith("_minimal") and machine.allowed is not None
    if is_full and not _is_allowed(name, machine.allowed or ""):
        return
    if not is_full and not name.endswith(MULTICAST):
        return
    if not machine.has_avahi:
        said.append(
            f"nss-mdns ({source.name}) passes it on while avahi-daemon does not run, as now."
        )
    elif not is_full and name.count(".") >= _TWO:
        said.append(
            f"nss-mdns ({source.name}) takes names of two labels for multicast, such as nas.local; this one has more and is passed on."
        )
    elif "NOTFOUND" in source.ends_at:
        yield Way(
            Asked.MULTICAST,
            f"nss-mdns ({source.text} in /etc/nsswitch.conf) asks for it by multicast, and nobody after that"
            f"{'' if is_full else ', unless the DNS server says that it is in charge of local (an SOA record)'}.",
        )
    else:
        said.append(
            f"nss-mdns ({source.name}) asks for it by multicast first, which takes seconds."
        )


def _is_allowed(name: str, text: str) -> bool:
    """Whether /etc/mdns.allow has a suffix of the name. https://github.com/avahi/nss-mdns#etcmdnsallow"""
    lines = (line.partition("#")[0].strip().rstrip(".") for line in text.splitlines())
    return any(line == "*" or (line.startswith(".") and name.endswith(line)) for line in lines)


def _by_resolved(machine: Machine, name: str) -> Way:
    known = resolved.scopes(machine.resolved)
    if not known:
        return _by_files_of_resolved(machine, name)
    route = resolved.route(name, known)
    asked = tuple(dict.fromkeys(server for scope in route.scopes for server in scope.servers))
    if asked:
        where = ", ".join(scope.text for scope in route.scopes)
        what = f" of {where} for its domain {route.domain}" if route.domain else f" of {where}"
        also = ", and by multicast too" if route.is_multicast else ""
        return Way(Asked.SERVERS, f"systemd-resolved asks {', '.join(asked)}{what}{also}.", asked)
    return _kept_from(name, is_multicast=route.is_multicast)


def _by_files_of_resolved(machine: Machine, name: str) -> Way:
    """Where it does not say what it does, what it was told; links may add to that."""
    its = resolved.configured(machine.configured)
    route = resolved.route(name, [its])
    if route.scopes:
        return Way(
            Asked.SERVERS,
            f"systemd-resolved was told to ask {', '.join(its.servers)}.",
            its.servers,
        )
    if name.endswith(MULTICAST):
        return _kept_from(name, is_multicast=its.has_multicast)
    return Way(Asked.SERVERS, "systemd-resolved asks the servers of the network.")


def _kept_from(name: str, *, is_multicast: bool) -> Way:
    domain = name.partition(".")[2]
    why = (
        "systemd-resolved keeps names below .local from DNS servers unless a link, or resolved.conf, has a routing domain"
        f" for them (~local or ~{domain}); none has."
    )
    if is_multicast:
        return Way(Asked.MULTICAST, f"{why} It asks for them by multicast.")
    return Way(Asked.NOBODY, why)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True

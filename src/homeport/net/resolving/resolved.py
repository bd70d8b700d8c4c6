"""systemd-resolved: which DNS server it asks for a name.

https://www.freedesktop.org/software/systemd/man/latest/systemd-resolved.service.html (Protocols and Routing)
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

GLOBAL = "Global"
_SECTION = re.compile(r"Link \d+ \((.+)\)|Global")
_FIELD = re.compile(r"\s*([A-Z][\w ./]*?): ?(.*)")
_LOCAL = "local"


class Scope(NamedTuple):
    """The servers of a network link, or those of the whole machine, and for which domains they are."""

    link: str
    servers: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    """Routing domains with their `~`, and search domains without."""
    has_multicast: bool = False
    is_default: bool = True
    """Whether it is asked for names that no routing domain is for."""

    @property
    def text(self) -> str:
        """For a person."""
        return "all links" if self.link == GLOBAL else self.link


class Route(NamedTuple):
    """Whom it asks for a name."""

    scopes: tuple[Scope, ...]
    """Those whose servers it asks."""
    domain: str = ""
    """The routing domain for which they were chosen."""
    is_multicast: bool = False


def scopes(status: str) -> list[Scope]:
    """What `resolvectl status` says."""
    found: list[Scope] = []
    field = ""
    for line in status.splitlines():
        if section := _SECTION.fullmatch(line.strip()):
            found.append(Scope(section[1] or GLOBAL))
            field = ""
        elif found:
            matched = _FIELD.fullmatch(line)
            field, values = (matched[1], matched[2]) if matched else (field, line)
            found[-1] = _with(found[-1], field, values.split())
    return found


def _with(scope: Scope, field: str, values: Sequence[str]) -> Scope:
    match field:
        case "DNS Servers":
            return scope._replace(servers=(*scope.servers, *values))
        case "DNS Domain":
            return scope._replace(domains=(*scope.domains, *values))
        case "Protocols":
            return scope._replace(
                has_multicast="+mDNS" in values, is_default="-DefaultRoute" not in values
            )
    return scope


def configured(texts: Mapping[str, str]) -> Scope:
    """What resolved.conf and the files beside it say for all links; the last file of a name that sets something counts.

    https://www.freedesktop.org/software/systemd/man/latest/resolved.conf.html
    """
    servers: list[str] = []
    domains: list[str] = []
    has_multicast = False
    for text in texts.values():
        its = _section(text)
        for name, into in (("DNS", servers), ("Domains", domains)):
            if name in its:
                words = its[name].split()
                into[:] = [*into, *words] if words else []  # an empty one takes back those before
        has_multicast = its.get("MulticastDNS", str(has_multicast)).lower() in {"yes", "true", "1"}
    return Scope(GLOBAL, tuple(servers), tuple(domains), has_multicast)


def _section(text: str) -> Mapping[str, str]:
    parser = configparser.RawConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names are told apart by their case
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return parser["Resolve"] if parser.has_section("Resolve") else {}


def route(name: str, known: Sequence[Scope]) -> Route:
    """Whom it asks. The longest routing domain counts; below `.local` nobody is asked without one, but by multicast."""
    is_multicast = name.endswith(f".{_LOCAL}") and any(
        scope.has_multicast for scope in known if scope.link != GLOBAL
    )
    matches = [
        (_labels(domain), domain, scope)
        for scope in known
        if scope.servers
        for domain in (each.removeprefix("~").strip(".") for each in scope.domains)
        if not domain or name == domain or name.endswith(f".{domain}")
    ]
    best = max((length for length, _, _ in matches), default=-1)
    if best > int(is_multicast) or (best >= 0 and not is_multicast):
        chosen = [(domain, scope) for length, domain, scope in matches if length == best]
        return Route(tuple(scope for _, scope in chosen), f"~{chosen[0][0] or '.'}")
    if is_multicast or name.endswith(f".{_LOCAL}"):
        # One of a single label, ~local, and multicast are asked together.
        tied = tuple(scope for length, _, scope in matches if length == best == 1)
        return Route(tied, "~local" if tied else "", is_multicast)
    return Route(tuple(scope for scope in known if scope.servers and scope.is_default))


def _labels(domain: str) -> int:
    return len(domain.split(".")) if domain else 0

"""What the server knows: names and their records, and what is answered for a name. Pure: no socket, no clock.

https://www.rfc-editor.org/rfc/rfc1034#section-4.3.2
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.name import Name
from dns.rcode import Rcode
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rrset import RRset

from homeport.net.dns.records import Kind, Record
from homeport.net.dns.server import limits

_IN = dns.rdataclass.IN
_CNAME, _SOA, _NS, _ANY = RdataType.CNAME, RdataType.SOA, RdataType.NS, RdataType.ANY
_ADDRESSES = (RdataType.A, RdataType.AAAA)
_Node = dict[RdataType, tuple[Rdata, ...]]


class Found(NamedTuple):
    """What is answered for a name."""

    code: Rcode
    answer: tuple[RRset, ...] = ()
    authority: tuple[RRset, ...] = ()


class Zone:
    """One domain that is answered for, or one name outside of it."""

    def __init__(self, origin: Name, nodes: Mapping[Name, _Node], ttl: int) -> None:
        self.origin = origin
        self.ttl = ttl
        self._nodes = nodes
        self._inner = frozenset(_between(nodes, origin))

    def node(self, name: Name) -> _Node | None:
        """The records of a name; those of a wildcard where it is below one, nothing where only names below it are, None otherwise.

        https://www.rfc-editor.org/rfc/rfc4592#section-3.3.1
        """
        found = self._nodes.get(name)
        if found is not None or name in self._inner:
            return found or {}
        return self._nodes.get(dns.name.Name((b"*", *self._encloser(name).labels)))

    def _encloser(self, name: Name) -> Name:
        """The longest name above it that is there."""
        found = self.origin
        for length in range(len(found.labels) + 1, len(name.labels)):
            longer = dns.name.Name(name.labels[-length:])
            if longer not in self._nodes and longer not in self._inner:
                break
            found = longer
        return found

    def soa(self) -> RRset:
        """For answers that say no, with how long they may be remembered: https://www.rfc-editor.org/rfc/rfc2308#section-3"""
        its = self._nodes[self.origin][_SOA]
        return _set(self.origin, its, min(self.ttl, limits.NEGATIVE_TTL_S))

    def set(self, owner: Name, rows: Iterable[Rdata]) -> RRset:
        """Records of one name and type."""
        return _set(owner, rows, self.ttl)


class Zones:
    """All that is answered for."""

    def __init__(self, zones: Iterable[Zone]) -> None:
        self._zones = sorted(zones, key=lambda zone: -len(zone.origin.labels))

    def of(self, name: Name) -> Zone | None:
        """The innermost zone that a name is in."""
        return next((zone for zone in self._zones if name.is_subdomain(zone.origin)), None)

    def find(self, name: Name, kind: RdataType) -> Found | None:
        """The answer for a name with aliases followed; None for one that is not ours.

        Its code is that of the last name: https://www.rfc-editor.org/rfc/rfc6604#section-3
        """
        zone = self.of(name)
        if zone is None:
            return None
        answer: list[RRset] = []
        for _ in range(limits.ALIASES):
            node = zone.node(name)
            if node is None:
                return Found(Rcode.NXDOMAIN, tuple(answer), (zone.soa(),))
            rows = _rows(node, kind)
            if rows is None:
                return Found(Rcode.NOERROR, tuple(answer), (zone.soa(),))
            answer.append(zone.set(name, rows[1]))
            if rows[0] is not _CNAME or kind in {_CNAME, _ANY}:
                break
            name = rows[1][0].target  # type: ignore[attr-defined]  # dnspython types rdata by its kind only at run time
            zone = self.of(name)
            if zone is None:
                break
        return Found(Rcode.NOERROR, tuple(answer))


def _rows(node: _Node, kind: RdataType) -> tuple[RdataType, tuple[Rdata, ...]] | None:
    """The records of a type, or the alias in its place. For ANY those of one type: https://www.rfc-editor.org/rfc/rfc8482#section-4.1"""
    if kind is _ANY and node:
        return next(iter(node.items()))
    for its in (kind, _CNAME):
        if its in node:
            return its, node[its]
    return None


def _between(nodes: Mapping[Name, _Node], origin: Name) -> Iterator[Name]:
    """Names that are there only since others are below them: https://www.rfc-editor.org/rfc/rfc4592#section-2.2.2"""
    for name in nodes:
        while name != origin:
            name = name.parent()
            yield name


def _set(owner: Name, rows: Iterable[Rdata], ttl: int) -> RRset:
    return dns.rrset.from_rdata_list(owner, ttl, list(rows))


# Made of records


class Served(NamedTuple):
    """What the zones are made of."""

    domain: str
    records: Sequence[Record]
    reached: Sequence[str]
    """Addresses of this server."""
    ttl: int
    serial: int
    parents: Sequence[str] = ()
    """Names below which each name is the same as they are: virtual hosts of buckets."""


def of(served: Served) -> Zones:
    """The zones of a stack: its domain, and one for each of its names that is elsewhere."""
    origin = dns.name.from_text(served.domain)
    owners = {record.name: dns.name.from_text(record.name) for record in served.records}
    outside = [name for name in owners.values() if not name.is_subdomain(origin)]
    names: dict[Name, dict[Name, _Node]] = {each: {} for each in (origin, *outside)}
    for record in served.records:
        home = _home(owners[record.name], names)
        # No alias stands beside SOA and NS: https://www.rfc-editor.org/rfc/rfc1912#section-2.4
        rows = _addresses(served, record.value) if owners[record.name] in names else (record,)
        _add(names[home], owners[record.name], rows if record.kind is Kind.CNAME else (record,))
    for parent in served.parents:
        owner = dns.name.from_text(parent)
        wild = dns.name.Name((b"*", *owner.labels))
        its = [record for record in served.records if record.name == parent]
        _add(names[_home(owner, names)], wild, its)
    server = _free(origin, names[origin])
    _add(names[origin], server, [_address(address) for address in served.reached])
    for name, nodes in names.items():
        _start(nodes, name, server, served)
    return Zones(Zone(name, nodes, served.ttl) for name, nodes in names.items())


def _home(name: Name, zones: Mapping[Name, object]) -> Name:
    while name not in zones:
        name = name.parent()
    return name


def _addresses(served: Served, target: str) -> tuple[Record, ...]:
    return tuple(
        record
        for record in served.records
        if record.name == target and record.kind is not Kind.CNAME
    )


def _address(value: str) -> Record:
    return Record("", Kind.AAAA if ":" in value else Kind.A, value)


def _add(nodes: dict[Name, _Node], owner: Name, rows: Iterable[Record]) -> None:
    for record in rows:
        kind = RdataType[record.kind.value]
        value = f"{record.value}." if record.kind is Kind.CNAME else record.value
        node = nodes.setdefault(owner, {})
        made = dns.rdata.from_text(_IN, kind, value)
        node[kind] = tuple(dict.fromkeys((*node.get(kind, ()), made)))


def _free(origin: Name, nodes: Mapping[Name, _Node]) -> Name:
    """The server's own name: `ns`, or the next that no component has."""
    labels = (b"ns", *(b"ns%d" % number for number in range(1, len(nodes) + 2)))
    made = (dns.name.Name((label, *origin.labels)) for label in labels)
    return next(name for name in made if name not in nodes)


def _start(nodes: dict[Name, _Node], origin: Name, server: Name, served: Served) -> None:
    """SOA and NS. https://www.rfc-editor.org/rfc/rfc1035#section-3.3.13"""
    times = f"{limits.REFRESH_S} {limits.RETRY_S} {limits.EXPIRE_S} {limits.NEGATIVE_TTL_S}"
    soa = f"{server} hostmaster.{origin} {served.serial % 2**32} {times}"
    first: _Node = {
        _SOA: (dns.rdata.from_text(_IN, _SOA, soa),),
        _NS: (dns.rdata.from_text(_IN, _NS, str(server)),),
    }
    nodes[origin] = first | nodes.get(origin, {})

"""The records as they are entered by hand, in the forms of those who answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from homeport.net.dns.hosts import keeper
from homeport.net.dns.records import Kind, Record

_TTL_S = 300


class Entered(NamedTuple):
    """What is to be entered."""

    domain: str
    records: Sequence[Record]
    parents: Sequence[str]
    """Names below which each name leads to the same place: virtual hosts of buckets."""

    @property
    def addresses(self) -> list[Record]:
        """The records of Traefik."""
        return [record for record in self.records if record.kind is not Kind.CNAME]

    @property
    def aliases(self) -> list[Record]:
        """Those that lead to it."""
        return [record for record in self.records if record.kind is Kind.CNAME]


def dnsmasq(entered: Entered) -> Iterator[str]:
    """https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html"""
    yield "# a file in /etc/dnsmasq.d"
    yield from (f"host-record={one.name},{one.value}" for one in entered.addresses)
    parents = [one.name for one in _parents(entered)]
    yield from (
        f"cname={one.name},{one.value}" for one in entered.aliases if one.name not in parents
    )
    # For a name and all below it; an alias of theirs would not be followed.
    for name in parents:
        yield from (f"address=/{name}/{one.value}" for one in entered.addresses)


def pihole(entered: Entered) -> Iterator[str]:
    """https://docs.pi-hole.net/"""
    yield "# Settings > Local DNS records: domain and IP address"
    yield from (f"{one.name}  {one.value}" for one in entered.addresses)
    yield "# Settings > Local CNAME records: domain and target; it restarts itself after each"
    yield from (f"{one.name}  {one.value}" for one in entered.aliases)


def bind(entered: Entered) -> Iterator[str]:
    """A zone file without its SOA and NS. https://www.rfc-editor.org/rfc/rfc1035#section-5"""
    yield f"; in the zone {entered.domain}"
    for one in entered.records:
        yield _line(one.name, one)
    for one in _parents(entered):
        yield _line(f"*.{one.name}", one)


def _line(name: str, one: Record) -> str:
    value = f"{one.value}." if one.kind is Kind.CNAME else one.value
    ttl = _TTL_S if one.ttl is None else one.ttl
    return f"{name}. {ttl} IN {one.kind} {value}"


def unbound(entered: Entered) -> Iterator[str]:
    """Addresses in the place of aliases, which it does not follow: https://nlnetlabs.nl/documentation/unbound/unbound.conf/"""
    yield "server:"
    wild = {one.name for one in _parents(entered)}
    for name in dict.fromkeys(one.name for one in entered.records):
        # A zone of its own, so that the rest of the domain is asked for as before; `redirect` is for all names below it too.
        yield f'    local-zone: "{name}." {"redirect" if name in wild else "static"}'
    for one in keeper.addressed(entered.records):
        yield f'    local-data: "{one.name}. IN {one.kind} {one.value}"'


def hosts(entered: Entered) -> Iterator[str]:
    """https://man7.org/linux/man-pages/man5/hosts.5.html"""
    yield "# in /etc/hosts of each machine"
    yield from (f"{one.value}\t{one.name}" for one in keeper.addressed(entered.records))


def _parents(entered: Entered) -> list[Record]:
    return [one for one in entered.aliases if one.name in entered.parents]


FORMS: Mapping[str, Callable[[Entered], Iterator[str]]] = {
    "dnsmasq": dnsmasq,
    "pihole": pihole,
    "bind": bind,
    "unbound": unbound,
    "hosts": hosts,
}
HAVE_WILDCARDS = frozenset(("dnsmasq", "bind", "unbound"))
"""The forms in which names of buckets have a place."""

"""The items of `dns.hosts` and `dns.cnameRecords`: how they are read and written.

They are lines of a hosts file (https://man7.org/linux/man-pages/man5/hosts.5.html) and values of dnsmasq's `cname`
(https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html): `ADDRESS NAME...` and `ALIAS,...,TARGET[,TTL]`. An item is changed and
removed only by its exact text, so that text is kept as it is.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from homeport import errors
from homeport.net.dns.pihole import limits
from homeport.net.dns.records import Kind, Record

HOSTS, ALIASES = "hosts", "cnameRecords"
"""The two settings, below `dns`. No other is touched."""

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it stands there, and the records that it makes; none where we do not understand it."""

    setting: str
    text: str
    records: tuple[Record, ...]


def read(hosts: Sequence[str], aliases: Sequence[str]) -> tuple[Item, ...]:
    """All items of the two lists, in their order."""
    made = [Item(HOSTS, text, tuple(_addresses(text))) for text in hosts]
    made += [Item(ALIASES, text, tuple(_aliases(text))) for text in aliases]
    return tuple(made)


def write(record: Record) -> Item:
    """The item that makes one record. Raises `HomeportError` for what is no record: a Pi-hole would store it all the same."""
    _check(record.name)
    if record.kind is not Kind.CNAME:
        return Item(HOSTS, f"{_address(record)} {record.name.lower()}", (record,))
    _check(record.value)
    if record.ttl is not None and not 0 <= record.ttl <= limits.LARGEST_TTL:
        raise errors.HomeportError(f"{record.ttl} is no time to live of the record {record.name}.")
    ttl = "" if record.ttl is None else f",{record.ttl}"
    return Item(ALIASES, f"{record.name.lower()},{record.value.lower()}{ttl}", (record,))


def _address(record: Record) -> str:
    try:
        found = ipaddress.ip_address(record.value)
    except ValueError:
        found = None
    if found is None or found.version != (6 if record.kind is Kind.AAAA else 4):
        raise errors.HomeportError(
            f"{record.value!r} is no address of a record {record.kind} ({record.name})."
        )
    return str(found)


def _check(name: str) -> None:
    """Letters, digits and hyphens: https://www.rfc-editor.org/rfc/rfc1123#section-2.1. An underscore is met in service names."""
    labels = name.lower().split(".")
    if len(name) <= limits.NAME_CHARS and all(map(_is_label, labels)):
        return
    hint = "A name has letters, digits and hyphens between its dots, 63 at most, 253 in all."
    if not name.isascii():
        hint = f"DNS has no other letters than those of ASCII; this name is {_ascii(name)} there."
    raise errors.HomeportError(f"{name!r} is no name that DNS can have.", hint=hint)


def _is_label(label: str) -> bool:
    return len(label) <= limits.LABEL_CHARS and _LABEL.fullmatch(label) is not None


def _ascii(name: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc3490#section-4"""
    try:
        return name.lower().encode("idna").decode()
    except UnicodeError:
        return "not possible"


def _addresses(text: str) -> Iterator[Record]:
    """Of a line of a hosts file; what follows a `#` is a remark."""
    address, *names = text.partition("#")[0].split() or [""]
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return
    kind = Kind.AAAA if found.version == 6 else Kind.A
    for name in dict.fromkeys(map(_name, names)):
        yield Record(name, kind, str(found))


def _aliases(text: str) -> Iterator[Record]:
    """Of a `cname`. A number at the end is a time to live where two names stand before it, as dnsmasq reads it."""
    names = [_name(part) for part in text.split(",")]
    ttl = None
    if len(names) > 2 and names[-1].isascii() and names[-1].isdecimal():
        ttl = int(names.pop()[:10])
    *aliases, target = names
    for alias in dict.fromkeys(aliases):
        if alias and target:
            yield Record(alias, Kind.CNAME, target, ttl)


def _name(text: str) -> str:
    return text.strip().rstrip(".").lower()

"""Asks the Pi-hole's DNS whether records are as they should be: its API takes aliases that its DNS then does not answer.

dnsmasq knows an alias only where it knows the target: https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html (`cname`)
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from homeport.net.dns.pihole import limits
from homeport.net.dns.records import Kind, Record

_ALIVE = ("version.bind.", dns.rdatatype.TXT, dns.rdataclass.CH)
"""What each server answers by itself, be it with a refusal. https://www.rfc-editor.org/rfc/rfc4892"""


class Problem(NamedTuple):
    """What is not as it should be."""

    why: str
    is_silent: bool
    """Whether nothing was heard at all."""


class Silent(Exception):
    """No answer; the text says why."""


class Answer(NamedTuple):
    """What was answered to one name and type."""

    code: str
    """Such as NXDOMAIN: https://www.iana.org/assignments/dns-parameters/dns-parameters.xhtml#dns-parameters-6"""
    aliases: dict[str, str]
    times: dict[str, int]
    """How long each alias may be remembered."""
    addresses: frozenset[str]


class Resolver:
    """The DNS server of one Pi-hole, by UDP."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    @property
    def where(self) -> str:
        """For a person."""
        return f"{self._host}, port {self._port} (UDP)"

    def silence(self) -> str:
        """Why nothing is heard; empty where there is an answer, whatever it says."""
        try:
            self._ask(dns.message.make_query(*_ALIVE))
        except Silent as error:
            return str(error)
        return ""

    def problem(self, there: Sequence[Record], gone: Sequence[Record]) -> Problem | None:
        """The first thing that is not as it should be."""
        try:
            return next(self._problems(there, gone), None)
        except Silent as error:
            return Problem(str(error), is_silent=True)

    def _problems(self, there: Sequence[Record], gone: Sequence[Record]) -> Iterator[Problem]:
        for record in there:
            if why := self._missing(record, there):
                yield Problem(why, is_silent=False)
        for record in gone:
            if self._is_answered(record):
                yield Problem(f"it still answers {record}", is_silent=False)

    def _missing(self, record: Record, there: Sequence[Record]) -> str:
        """Why a record does not do what it is for: to lead to an address."""
        addresses = {other.value for other in there if other.name == record.value} or None
        kind = record.kind
        if kind is Kind.CNAME:
            kinds = {other.kind for other in there if other.name == record.value}
            kind = Kind.AAAA if kinds == {Kind.AAAA} else Kind.A
        answer = self._answer(record.name, kind)
        said = answer.code if answer.code != "NOERROR" else "no address"
        if record.kind is not Kind.CNAME:
            is_there = record.value in answer.addresses
            said = ", ".join(sorted(answer.addresses)) or said
            return "" if is_there else f"for {record.name} it says {said}, not {record.value}"
        if answer.aliases.get(record.name) != record.value:
            return f"for {record.name} it says {said}, not that it is {record.value}"
        # A shorter time is that of a dnsmasq with a max-ttl; a longer one is that of before.
        if record.ttl is not None and answer.times[record.name] > record.ttl:
            return f"{record.name} is remembered for {answer.times[record.name]} s still"
        if not answer.addresses or (addresses and not answer.addresses & addresses):
            return f"for {record.name} it leads to no address of {record.value}"
        return ""

    def _is_answered(self, record: Record) -> bool:
        """Whether a record is still there. A server that asks others, and hears nothing, has not got it."""
        kind = Kind.A if record.kind is Kind.CNAME else record.kind
        try:
            answer = self._answer(record.name, kind)
        except Silent:
            self._ask(dns.message.make_query(*_ALIVE))
            return False
        if record.kind is Kind.CNAME:
            return answer.aliases.get(record.name) == record.value
        return record.name not in answer.aliases and record.value in answer.addresses

    def _answer(self, name: str, kind: Kind) -> Answer:
        response = self._ask(dns.message.make_query(f"{name}.", kind.value))
        aliases, times, addresses = {}, {}, set()
        for found in response.answer:
            if found.rdtype == dns.rdatatype.CNAME:
                aliases[_text(found.name)] = _text(found[0].target)
                times[_text(found.name)] = found.ttl
            elif found.rdtype in {dns.rdatatype.A, dns.rdatatype.AAAA}:
                addresses |= {row.address for row in found}
        return Answer(dns.rcode.to_text(response.rcode()), aliases, times, frozenset(addresses))

    def _ask(self, query: dns.message.Message) -> dns.message.Message:
        """One answer by UDP. A connected socket hears that a port is closed. https://man7.org/linux/man-pages/man7/udp.7.html"""
        try:
            family, _, _, _, address = socket.getaddrinfo(
                self._host, self._port, type=socket.SOCK_DGRAM
            )[0]
            with contextlib.closing(socket.socket(family, socket.SOCK_DGRAM)) as connected:
                connected.connect(address)
                connected.settimeout(0)
                return dns.query.udp(
                    query,
                    str(address[0]),
                    limits.QUERY_S,
                    self._port,
                    sock=connected,
                    ignore_errors=True,
                )
        except (OSError, dns.exception.DNSException) as error:
            raise Silent(_why(error)) from None


def _text(name: object) -> str:
    return str(name).rstrip(".").lower()


def _why(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "the port is closed"
    if isinstance(error, socket.gaierror):
        return "the name of its machine is not known here"
    if isinstance(error, dns.exception.Timeout):
        return "no answer"
    if isinstance(error, OSError):
        return (error.strerror or "no answer").lower()
    return "what answers does not speak DNS"

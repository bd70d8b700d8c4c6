"""Asks a DNS server, and the resolver of this machine, where a name leads."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from typing import NamedTuple

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
from dns.message import Message
from dns.rdatatype import RdataType

from homeport import errors
from homeport.net.dns.records import Kind

TIMEOUT_S = 3.0
_ALIASES = 8
_KINDS = {Kind.A: RdataType.A, Kind.AAAA: RdataType.AAAA}


class Answer(NamedTuple):
    """Where a name leads, as somebody says."""

    addresses: tuple[str, ...]
    error: str = ""
    """Why there are none: the server's code, or what stands between."""
    is_there: bool = True
    """Whether there was an answer at all."""


def server(address: str, port: int, name: str, kinds: Sequence[Kind]) -> Answer:
    """Asks a server, by UDP and then TCP where the answer is long."""
    found: list[str] = []
    said = ""
    for kind in kinds:
        try:
            answer = _asked(address, port, name, _KINDS[kind])
        except (OSError, EOFError, dns.exception.DNSException) as error:
            return Answer((), _why(error), is_there=False)
        found += _addresses(answer, name, _KINDS[kind])
        said = said or _refusal(answer)
    return Answer(tuple(sorted(set(found))), "" if found else said or "no address")


def _asked(address: str, port: int, name: str, kind: RdataType) -> Message:
    query = dns.message.make_query(name, kind, use_edns=0)
    answer, _ = dns.query.udp_with_fallback(
        query, address, timeout=TIMEOUT_S, port=port, ignore_unexpected=True, ignore_errors=True
    )
    return answer


def _addresses(answer: Message, name: str, kind: RdataType) -> list[str]:
    """Those at the end of the aliases in the answer."""
    owner = dns.name.from_text(name)
    for _ in range(_ALIASES):
        rows = [one for one in answer.answer if one.name == owner]
        found = [row.to_text() for one in rows if one.rdtype == kind for row in one]
        aliases = [row for one in rows if one.rdtype == RdataType.CNAME for row in one]
        if found or not aliases:
            return found
        owner = aliases[0].target
    return []


def _refusal(answer: Message) -> str:
    code = answer.rcode()
    return "" if code == dns.rcode.NOERROR else dns.rcode.to_text(code)


def _why(error: Exception) -> str:
    if isinstance(error, (dns.exception.Timeout, TimeoutError)):
        return "no answer"
    return errors.reason(error) if isinstance(error, OSError) else str(error) or "no answer"


def machine(name: str) -> Answer:
    """Asks as the programs of this machine do: hosts file, mDNS and DNS as the machine has them in order."""
    try:
        rows = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return Answer((), (error.strerror or "not known").lower())
    except (OSError, UnicodeError) as error:
        return Answer((), str(error))
    found = {str(ipaddress.ip_address(str(row[4][0]).partition("%")[0])) for row in rows}
    return Answer(tuple(sorted(found)))

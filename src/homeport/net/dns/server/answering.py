"""What is answered to a message. Pure: a message and who sent it go in, an answer comes out, or a question that others are to be asked.

https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1
"""

from __future__ import annotations

import logging
import struct
from typing import NamedTuple

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rdataclass
from dns.message import Message, QueryMessage
from dns.name import Name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from homeport.net.dns.server import limits, zone
from homeport.net.dns.server.clients import Clients

logger = logging.getLogger(__name__)

_QR, _RD, _TC = dns.flags.QR, dns.flags.RD, dns.flags.TC
_OPCODE = 0x7800
_LONGEST_LABEL, _KIND_AND_CLASS = 63, 4
_META = frozenset(RdataType(number) for number in range(249, 255))
"""Transfers, keys and what is long gone; `ANY` is not among them. https://www.iana.org/assignments/dns-parameters/"""
_NEVER_FORWARDED = frozenset((b"localhost", b"invalid", b"onion", b"test"))
"""https://www.rfc-editor.org/rfc/rfc6761#section-6, https://www.rfc-editor.org/rfc/rfc7686#section-2"""


class Question(NamedTuple):
    """A message that was read, and how long its answer may be."""

    message: QueryMessage
    limit: int

    @property
    def name(self) -> Name:
        """What is asked for."""
        return self.message.question[0].name

    @property
    def kind(self) -> RdataType:
        """Of which type."""
        return self.message.question[0].rdtype


class Answering:
    """Answers for some zones; all other names are refused, or for others to answer."""

    def __init__(self, zones: zone.Zones, clients: Clients, *, forwards: bool = False) -> None:
        self._zones = zones
        self._clients = clients
        self._forwards = forwards

    def answer(
        self, packet: bytes, client: str, *, is_stream: bool = False
    ) -> bytes | Question | None:
        """The answer; a question for others; or None where there must be none."""
        if not is_question(packet):
            return None
        try:
            return self._answer(packet, client, is_stream=is_stream)
        except Exception:
            logger.exception("A question could not be answered")
            return bare(packet, Rcode.SERVFAIL)

    def _answer(self, packet: bytes, client: str, *, is_stream: bool) -> bytes | Question:
        if struct.unpack_from(">H", packet, 2)[0] & _OPCODE:
            return bare(packet, Rcode.NOTIMP)
        end, labels = _walked(packet)
        if len(packet) > limits.QUERY or not _is_one_question(packet) or not end:
            return bare(packet, Rcode.FORMERR)
        if not self._clients.has(client) or labels > limits.LABELS:
            return refused(packet[:end])
        try:
            message = dns.message.from_wire(packet)
        except dns.message.UnknownTSIGKey:
            return bare(
                packet, Rcode.NOTAUTH
            )  # https://www.rfc-editor.org/rfc/rfc8945#section-5.2.1
        except dns.exception.DNSException:
            return bare(packet, Rcode.FORMERR)
        if not isinstance(message, QueryMessage) or len(message.question) != 1:
            return bare(packet, Rcode.FORMERR)
        question = Question(message, limits.MESSAGE if is_stream else _room(message))
        return self._judged(question)

    def _judged(self, asked: Question) -> bytes | Question:
        if asked.message.edns > 0:
            return wire(asked, response(asked, Rcode.BADVERS))
        if asked.message.question[0].rdclass != dns.rdataclass.IN or asked.kind in _META:
            return wire(asked, response(asked, Rcode.REFUSED))
        if asked.kind is RdataType.OPT:
            return wire(asked, response(asked, Rcode.FORMERR))
        found = self._zones.find(asked.name, asked.kind)
        if found is not None:
            return wire(asked, self._made(asked, found))
        return self._of_others(asked)

    def _of_others(self, asked: Question) -> bytes | Question:
        if not self._forwards or not asked.message.flags & _RD:
            return wire(asked, response(asked, Rcode.REFUSED))
        if len(asked.name.labels) > 1 and asked.name.labels[-2].lower() in _NEVER_FORWARDED:
            return wire(asked, response(asked, Rcode.NXDOMAIN, is_recursive=True))
        return asked

    def correct(self, made: Message, kind: RdataType) -> None:
        """Takes out what others say of our names, which clients may remember, and follows an alias that leads to one of them.

        https://www.rfc-editor.org/rfc/rfc2181#section-5.4.1
        """
        for section in (made.answer, made.authority, made.additional):
            section[:] = [one for one in section if self._zones.of(one.name) is None]
        if kind in {RdataType.CNAME, RdataType.ANY}:
            return
        aliases = (one[0] for one in made.answer if one.rdtype is RdataType.CNAME)
        targets = [alias.target for alias in aliases]
        found = next(filter(None, (self._zones.find(target, kind) for target in targets)), None)
        if found is not None:
            made.set_rcode(found.code)
            made.answer.extend(found.answer)
            made.authority[:] = found.authority

    def _made(self, asked: Question, found: zone.Found) -> Message:
        made = response(asked, found.code, is_recursive=self._forwards)
        made.flags |= dns.flags.AA
        made.answer.extend(found.answer)
        made.authority.extend(found.authority)
        return made


def is_question(packet: bytes) -> bool:
    """Whether it is to be answered at all: to answer answers would go on for ever."""
    return len(packet) >= limits.HEADER and not struct.unpack_from(">H", packet, 2)[0] & _QR


def _walked(packet: bytes) -> tuple[int, int]:
    """Where the first question ends, and how many labels its name has, found without reading it; 0 where it is none.

    https://www.rfc-editor.org/rfc/rfc1035#section-3.1
    """
    place, labels = limits.HEADER, 0
    while place < len(packet):
        length = packet[place]
        if length > _LONGEST_LABEL:
            break  # a pointer, to what could only be the header
        place += length + 1
        if not length:
            end = place + _KIND_AND_CLASS
            return (end, labels) if end <= len(packet) else (0, 0)
        labels += 1
    return 0, 0


def _is_one_question(packet: bytes) -> bool:
    """Whether it holds one question, no answers, and no more beside it than EDNS and a signature.

    https://www.rfc-editor.org/rfc/rfc9619
    """
    questions, answers, authorities, more = struct.unpack_from(">4H", packet, 4)
    return bool(questions == 1 and answers == 0 and authorities <= 1 and more <= 2)


def _room(message: Message) -> int:
    """Octets that a datagram back may have. https://www.rfc-editor.org/rfc/rfc6891#section-6.2.3"""
    if message.edns < 0:
        return limits.PLAIN_DATAGRAM
    return min(max(message.payload, limits.PLAIN_DATAGRAM), limits.DATAGRAM)


def response(asked: Question, code: Rcode, *, is_recursive: bool = False) -> Message:
    """An answer without records, with EDNS where the question had it: https://www.rfc-editor.org/rfc/rfc6891#section-7"""
    made = dns.message.make_response(
        asked.message, recursion_available=is_recursive, our_payload=limits.DATAGRAM
    )
    if asked.message.edns >= 0:
        # Of its flags DO is given back as it came: https://www.rfc-editor.org/rfc/rfc3225#section-3
        made.use_edns(0, asked.message.ednsflags & dns.flags.DO, limits.DATAGRAM)
    made.set_rcode(code)
    return made


def wire(asked: Question, made: Message) -> bytes:
    """As it is sent; without records and marked where it is too long for a datagram."""
    try:
        return made.to_wire(max_size=asked.limit)
    except dns.exception.TooBig:
        return cut(asked, made)


def cut(asked: Question, made: Message) -> bytes:
    """Says that the whole answer is to be had by TCP. https://www.rfc-editor.org/rfc/rfc2181#section-9"""
    short = response(asked, Rcode(made.rcode()))
    short.flags = made.flags | _TC
    return short.to_wire(max_size=limits.PLAIN_DATAGRAM)


def truncated(packet: bytes) -> bytes:
    """Sends a client to TCP without reading its question: no longer than what came, so of no use to who forged its address."""
    return bare(packet, Rcode.NOERROR, _TC)


def refused(packet: bytes) -> bytes:
    """Gives a header and a question back as they came: a stranger costs next to nothing, and gets no more than was sent."""
    header = bare(packet, Rcode.REFUSED)
    return header[:4] + b"\x00\x01" + header[6:] + packet[limits.HEADER :]


def bare(packet: bytes, code: Rcode, flags: int = 0) -> bytes:
    """A header for a message that was not read."""
    number, given = struct.unpack_from(">HH", packet)
    kept = given & (_OPCODE | _RD)
    return struct.pack(">6H", number, _QR | kept | flags | code, 0, 0, 0, 0)

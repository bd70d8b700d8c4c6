"""Asks the servers of others for names that are not ours. Nothing is kept: they have caches of their own.

An answer is believed only where it comes from the address and port that were asked, to the random port that asked, with the
random id and the very question: https://www.rfc-editor.org/rfc/rfc5452#section-9
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Sequence

import dns.exception
import dns.flags
import dns.message
from dns.message import Message, QueryMessage
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from homeport.clock import Clock
from homeport.net.dns.server import answering, limits
from homeport.net.dns.server.answering import Question

logger = logging.getLogger(__name__)

Upstream = tuple[str, int]
"""Address and port."""
Correct = Callable[[Message, RdataType], None]
"""Changes an answer in what only we know; told what was asked for."""
_FAILURES = (Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR)
"""By which a server says that another one should be asked."""


class Forwarder:
    """Some servers, the first of which is asked first."""

    def __init__(self, upstreams: Sequence[Upstream], time: Clock, correct: Correct) -> None:
        self._upstreams = tuple(upstreams)
        self._correct = correct
        self._time = time
        self._count = 0
        self._lost: set[Upstream] = set()

    async def answer(self, asked: Question) -> bytes:
        """Their answer, as this client takes it; SERVFAIL where there is none."""
        if self._count >= limits.FORWARDED:
            return answering.wire(asked, answering.response(asked, Rcode.SERVFAIL))
        self._count += 1
        try:
            found = await self._first(asked)
        finally:
            self._count -= 1
        if found is None:
            return answering.wire(
                asked, answering.response(asked, Rcode.SERVFAIL, is_recursive=True)
            )
        made = _passed_on(asked, found)
        self._correct(made, asked.kind)
        return answering.wire(asked, made)

    async def _first(self, asked: Question) -> Message | None:
        refusal: Message | None = None
        for upstream in self._upstreams:
            found = await self._within(asked, upstream)
            if found is not None and found.rcode() not in _FAILURES:
                return found
            refusal = found or refusal
        return refusal

    async def _within(self, asked: Question, upstream: Upstream) -> Message | None:
        """One server's answer; None where it has none in time."""
        asking = asyncio.ensure_future(_ask(asked, upstream))
        until = self._time.now() + limits.UPSTREAM_TIMEOUT_S
        timer = self._time.call_at(until, lambda: _give_up(asking))
        try:
            await asyncio.wait([asking])
        finally:
            timer.cancel()
            asking.cancel()
        if asking.cancelled():
            self._tell(upstream, f"nothing within {limits.UPSTREAM_TIMEOUT_S:.0f} s")
            return None
        error = asking.exception()
        if isinstance(error, (OSError, EOFError, dns.exception.DNSException)):
            self._tell(upstream, str(error) or type(error).__name__)
            return None
        self._tell(upstream, "")
        return asking.result()

    def _tell(self, upstream: Upstream, error: str) -> None:
        """Writes down that a server is lost, or is back: once, not for each question."""
        if error and upstream not in self._lost:
            self._lost.add(upstream)
            logger.warning("The DNS server %s does not answer: %s", upstream[0], error)
        elif not error and upstream in self._lost:
            self._lost.remove(upstream)
            logger.info("The DNS server %s answers again", upstream[0])


def _give_up(asking: asyncio.Future[Message]) -> None:
    asking.cancel()


def _passed_on(asked: Question, found: Message) -> Message:
    made = answering.response(asked, Rcode(found.rcode()), is_recursive=True)
    made.answer.extend(found.answer)
    made.authority.extend(found.authority)
    made.additional.extend(found.additional)
    return made


async def _ask(asked: Question, upstream: Upstream) -> Message:
    query = dns.message.make_query(asked.name, asked.kind, id=secrets.randbelow(2**16))
    query.flags |= asked.message.flags & dns.flags.CD
    wants_signatures = asked.message.edns >= 0 and asked.message.ednsflags & dns.flags.DO
    query.use_edns(0, dns.flags.DO if wants_signatures else 0, limits.DATAGRAM)
    found = await _by_datagram(query, upstream)
    if found.flags & dns.flags.TC:
        found = await _by_stream(query, upstream)
    return found


def _read(query: QueryMessage, packet: bytes) -> Message | None:
    """The answer to this very question; None for anything else."""
    try:
        found = dns.message.from_wire(packet, ignore_trailing=True)
    except dns.exception.DNSException:
        return None
    if found.id != query.id or not found.flags & dns.flags.QR or found.opcode() != query.opcode():
        return None
    (wanted,) = query.question
    if [(q.name.labels, q.rdtype, q.rdclass) for q in found.question] != [
        (wanted.name.labels, wanted.rdtype, wanted.rdclass)
    ]:
        return None
    return found


class _Datagrams(asyncio.DatagramProtocol):
    """Waits for the answer to one question, and takes no notice of what else comes."""

    def __init__(self, query: QueryMessage) -> None:
        self._query = query
        self.found: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's
        found = _read(self._query, data)
        if found is not None and not self.found.done():
            self.found.set_result(found)

    def error_received(self, exc: Exception) -> None:
        if not self.found.done():
            self.found.set_exception(exc)


async def _by_datagram(query: QueryMessage, upstream: Upstream) -> Message:
    transport, protocol = await _opened(query, upstream)
    try:
        transport.sendto(query.to_wire())
        return await protocol.found
    finally:
        transport.close()


async def _opened(
    query: QueryMessage, upstream: Upstream
) -> tuple[asyncio.DatagramTransport, _Datagrams]:
    """A socket on a random port, connected: the kernel lets in what comes from there only."""
    loop = asyncio.get_running_loop()
    local = "::" if ":" in upstream[0] else "0.0.0.0"  # noqa: S104 - of a client's socket
    low, high = limits.PORTS
    for _ in range(limits.PORT_TRIES):
        port = low + secrets.randbelow(high - low + 1)
        with contextlib.suppress(OSError):  # somebody has it
            return await loop.create_datagram_endpoint(
                lambda: _Datagrams(query), local_addr=(local, port), remote_addr=upstream
            )
    return await loop.create_datagram_endpoint(lambda: _Datagrams(query), remote_addr=upstream)


async def _by_stream(query: QueryMessage, upstream: Upstream) -> Message:
    reader, writer = await asyncio.open_connection(*upstream)
    try:
        writer.write(query.to_wire(prepend_length=True))
        length = int.from_bytes(await reader.readexactly(2))
        found = _read(query, await reader.readexactly(length))
    finally:
        writer.transport.abort()
    if found is None:
        raise EOFError(f"{upstream[0]} answered another question")
    return found

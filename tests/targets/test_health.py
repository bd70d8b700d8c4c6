"""Asking components whether they are ready."""

import asyncio
import contextlib
import struct

import dns.flags
import dns.message
import dns.rcode
import pytest

from homeport.targets.local.health import Prober

NAME = "traefik.homelab.local"


@contextlib.asynccontextmanager
async def answering(answer):
    """The port of a server that gives one answer to what it reads, and what it has read."""
    read = []

    async def serve(reader, writer):
        read.append(await reader.read(4096))
        writer.write(answer(read[-1]))
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], read


async def asked(machine, answer, **changes):
    async with answering(answer) as (port, read):
        one = machine.component("a", port=port, **changes)
        return await Prober().is_ready(one), read[0]


@pytest.mark.parametrize(
    ("status", "is_ready"), [(200, False), (301, True), (308, True), (404, False)]
)
async def test_statuses_by_which_it_is_ready(machine, status, is_ready):
    answer = f"HTTP/1.1 {status} X\r\n\r\n".encode()
    found, read = await asked(
        machine, lambda _: answer, answers=(301, 308), asked_as="registry.homelab.local"
    )
    assert found is is_ready
    assert b"\r\nHost: registry.homelab.local\r\n" in read


def of_dns(flags, code=dns.rcode.NOERROR, number=None):
    """Answers with those flags."""

    def answer(read):
        made = dns.message.make_response(dns.message.from_wire(read[2:]))
        made.flags |= flags
        made.set_rcode(code)
        made.id = made.id if number is None else number
        wire = made.to_wire()
        return struct.pack(">H", len(wire)) + wire

    return answer


@pytest.mark.parametrize(
    ("answer", "is_ready"),
    [
        (of_dns(dns.flags.AA), True),
        (of_dns(dns.flags.AA, dns.rcode.NXDOMAIN), True),
        (of_dns(0, dns.rcode.REFUSED), True),
        (of_dns(0), False),
        (of_dns(0, dns.rcode.SERVFAIL), False),
        (of_dns(dns.flags.AA, number=1), False),
        (lambda read: read, False),
        (lambda read: b"\0", False),
    ],
)
async def test_a_server_of_dns_is_ready_when_it_speaks_for_its_name(machine, answer, is_ready):
    found, read = await asked(machine, answer, probe="dns", health=NAME)
    assert found is is_ready
    question = dns.message.from_wire(read[2:])
    assert question.question[0].to_text() == f"{NAME}. IN SOA"


async def test_nobody_is_not_ready(machine):
    assert not await Prober().is_ready(machine.component("a", port=1, probe="dns", health=NAME))

"""Names of others: servers that answer, lie, are slow, or are not there."""

import asyncio
import contextlib
import socket

import dns.flags
import dns.message
import dns.rrset
import pytest
from dns.rcode import Rcode
from tests.net.dns.server import zones

from homeport.net.dns.server import limits

QUERY = zones.query("www.example.org", use_edns=0)


def answer(query, address="192.0.2.80", count=1):
    made = dns.message.make_response(query, recursion_available=True)
    rows = [address, *(f"192.0.3.{n}" for n in range(1, count))]
    made.answer.append(dns.rrset.from_text_list(query.question[0].name, 60, "IN", "A", rows))
    return made


class Upstream:
    """A server of others; `behave` gives datagrams for a question."""

    def __init__(self, behave):
        self.behave = behave
        self.seen = []

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        query = dns.message.from_wire(data)
        self.seen.append((query, address))
        for packet in self.behave(query):
            self.transport.sendto(packet, address)

    def error_received(self, exc):
        pass

    def connection_lost(self, exc):
        pass

    @property
    def address(self):
        return self.transport.get_extra_info("sockname")


@pytest.fixture
async def upstream():
    async with contextlib.AsyncExitStack() as opened:

        async def made(behave=lambda query: [answer(query).to_wire()]):
            loop = asyncio.get_running_loop()
            transport, its = await loop.create_datagram_endpoint(
                lambda: Upstream(behave), local_addr=("127.0.0.1", 0)
            )
            opened.callback(transport.close)
            return its

        yield made


def silent(query):
    return []


def failing(query):
    made = dns.message.make_response(query)
    made.set_rcode(Rcode.SERVFAIL)
    return [made.to_wire()]


async def asked(listening, ask, *upstreams, query=QUERY):
    running = await listening(upstreams=[one.address for one in upstreams])
    return dns.message.from_wire(await ask(running.port, query.to_wire()))


async def test_an_answer_of_others_is_passed_on(listening, ask, upstream):
    its = await upstream()
    found = await asked(listening, ask, its)
    assert (found.id, zones.said(found)) == (
        QUERY.id,
        ("NOERROR", ["www.example.org. A 192.0.2.80"]),
    )
    assert found.flags & dns.flags.RA
    assert not found.flags & dns.flags.AA


async def test_ids_and_ports_are_random(listening, ask, upstream):
    its = await upstream()
    running = await listening(upstreams=[its.address])
    for _ in range(12):
        await ask(running.port, QUERY.to_wire())
    assert len({query.id for query, _ in its.seen}) > 10
    assert len({address[1] for _, address in its.seen}) > 10


async def test_our_own_names_are_never_asked_for(listening, ask, upstream):
    its = await upstream()
    for name in ("nobody.homelab.test", "homelab.test", "x.localhost"):
        found = await asked(listening, ask, its, query=zones.query(name))
        assert not found.answer
    assert its.seen == []


def forged(query):
    """What an attacker who does not see the question may send, and then the truth."""
    wrong = answer(query, "6.6.6.6")
    wrong.id = (query.id + 1) % 65536
    other = answer(zones.query("www.example.com", id=query.id), "6.6.6.6")
    echo = query
    return [wrong.to_wire(), other.to_wire(), echo.to_wire(), b"", b"junk", answer(query).to_wire()]


async def test_what_does_not_fit_is_not_believed(listening, ask, upstream):
    found = await asked(listening, ask, await upstream(forged))
    assert zones.said(found)[1] == ["www.example.org. A 192.0.2.80"]


async def test_one_from_elsewhere_is_not_believed(listening, ask, upstream):
    its = await upstream(silent)
    running = await listening(upstreams=[its.address])
    task = asyncio.create_task(ask(running.port, QUERY.to_wire()))
    while not its.seen:
        await asyncio.sleep(0)
    query, address = its.seen[0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as attacker:
        attacker.sendto(answer(query, "6.6.6.6").to_wire(), address)
    its.transport.sendto(answer(query).to_wire(), address)
    assert "6.6.6.6" not in str(dns.message.from_wire(await task))


def lying(query):
    """Says something of names that are not its own, as if an alias led there."""
    made = dns.message.make_response(query)
    made.set_rcode(Rcode.NXDOMAIN)
    alias, ours = query.question[0].name, "registry.homelab.test."
    made.answer.append(dns.rrset.from_text(alias, 60, "IN", "CNAME", ours))
    for section in (made.answer, made.additional):
        section.append(dns.rrset.from_text(ours, 99999, "IN", "A", "6.6.6.6"))
    made.authority.append(dns.rrset.from_text("homelab.test.", 99999, "IN", "NS", "evil.example."))
    return [made.to_wire()]


async def test_nobody_else_answers_for_our_names(listening, ask, upstream):
    found = await asked(listening, ask, await upstream(lying))
    assert zones.said(found) == (
        "NOERROR",
        [
            "www.example.org. CNAME registry.homelab.test.",
            "registry.homelab.test. CNAME traefik.homelab.test.",
            "traefik.homelab.test. A 10.0.0.1",
        ],
    )
    assert not found.authority
    assert not found.additional


async def test_an_alias_to_our_names_that_is_asked_for_itself(listening, ask, upstream):
    query = zones.query("www.example.org", "CNAME")
    found = await asked(listening, ask, await upstream(lying), query=query)
    assert zones.said(found)[1] == ["www.example.org. CNAME registry.homelab.test."]


async def test_the_next_is_asked_after_a_refusal(listening, ask, upstream):
    found = await asked(listening, ask, await upstream(failing), await upstream())
    assert found.rcode() == Rcode.NOERROR


async def test_the_next_is_asked_after_a_while(listening, ask, upstream, time):
    first, second = await upstream(silent), await upstream()
    task = asyncio.create_task(asked(listening, ask, first, second))
    while not first.seen:
        await asyncio.sleep(0)
    assert not second.seen
    await time.advance(limits.UPSTREAM_TIMEOUT_S)
    assert (await task).rcode() == Rcode.NOERROR


async def test_nobody_answers(listening, ask, upstream, time):
    its = await upstream(silent)
    task = asyncio.create_task(asked(listening, ask, its))
    while not its.seen:
        await asyncio.sleep(0)
    await time.advance(limits.UPSTREAM_TIMEOUT_S)
    assert (await task).rcode() == Rcode.SERVFAIL


async def test_nobody_is_there(listening, ask, upstream):
    gone = await upstream()
    address = gone.address
    gone.transport.close()
    await asyncio.sleep(0)
    running = await listening(upstreams=[address, (await upstream()).address])
    found = dns.message.from_wire(await ask(running.port, QUERY.to_wire()))
    assert found.rcode() == Rcode.NOERROR


async def test_a_lost_server_is_told_of_once(listening, ask, upstream, caplog):
    gone, its = await upstream(), await upstream()
    address = gone.address
    gone.transport.close()
    await asyncio.sleep(0)
    running = await listening(upstreams=[address, its.address])
    for _ in range(3):
        await ask(running.port, QUERY.to_wire())
    assert caplog.text.count("does not answer") == 1


async def test_all_refuse(listening, ask, upstream):
    found = await asked(listening, ask, await upstream(failing), await upstream(failing))
    assert found.rcode() == Rcode.SERVFAIL


async def test_a_long_answer_is_fetched_by_tcp_and_given_by_tcp(listening, ask, upstream, connect):
    def cut(query):
        made = dns.message.make_response(query)
        made.flags |= dns.flags.TC
        return [made.to_wire()]

    its = await upstream(cut)

    async def serve(reader, writer):
        length = int.from_bytes(await reader.readexactly(2))
        query = dns.message.from_wire(await reader.readexactly(length))
        writer.write(answer(query, count=200).to_wire(max_size=65535, prepend_length=True))
        await writer.drain()
        writer.close()

    by_stream = await asyncio.start_server(serve, *its.address)
    async with by_stream:
        running = await listening(upstreams=[its.address])
        short = dns.message.from_wire(await ask(running.port, QUERY.to_wire()))
        reader, writer = await connect(running.port)
        writer.write(zones.framed(QUERY.to_wire()))
        length = int.from_bytes(await reader.readexactly(2))
        whole = dns.message.from_wire(await reader.readexactly(length))
    assert short.flags & dns.flags.TC
    assert len(whole.answer[0]) == 200


async def test_only_so_many_wait_at_a_time(listening, ask, upstream, monkeypatch):
    monkeypatch.setattr(limits, "FORWARDED", 1)
    its = await upstream(silent)
    running = await listening(upstreams=[its.address])
    waiting = asyncio.create_task(ask(running.port, QUERY.to_wire(), wait_s=1))
    while not its.seen:
        await asyncio.sleep(0)
    found = dns.message.from_wire(await ask(running.port, QUERY.to_wire()))
    assert found.rcode() == Rcode.SERVFAIL
    await waiting


async def test_a_connection_is_read_no_further_while_too_much_waits(listening, upstream, connect):
    its = await upstream(silent)
    running = await listening(upstreams=[its.address])
    _, writer = await connect(running.port)
    writer.write(zones.framed(QUERY.to_wire()) * (limits.PIPELINED + 20))
    while len(its.seen) < limits.PIPELINED:
        await asyncio.sleep(0)
    await asyncio.sleep(0.1)
    assert len(its.seen) == limits.PIPELINED


async def test_a_stop_waits_for_nobody(listening, upstream):
    its = await upstream(silent)
    running = await listening(upstreams=[its.address])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(QUERY.to_wire(), ("127.0.0.1", running.port))
        while not its.seen:
            await asyncio.sleep(0)
        await asyncio.wait_for(running.stop(), 2)

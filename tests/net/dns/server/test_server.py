import asyncio
import random
import socket

import dns.flags
import dns.message
import pytest
from dns.rcode import Rcode
from tests.net.dns.server import zones

from homeport import errors
from homeport.net.dns.server import limits, server

QUERY = zones.query("registry.homelab.test").to_wire()


async def read(reader):
    length = int.from_bytes(await asyncio.wait_for(reader.readexactly(2), 5))
    return await asyncio.wait_for(reader.readexactly(length), 5)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
async def test_both_ways_say_the_same(listening, ask, connect, host):
    running = await listening(host)
    reached = "::1" if ":" in host else "127.0.0.1"
    by_datagram = await ask(running.port, QUERY, host=reached)
    reader, writer = await connect(running.port, reached)
    writer.write(zones.framed(QUERY))
    assert await read(reader) == by_datagram
    assert len(dns.message.from_wire(by_datagram).answer) == 2


async def test_a_client_of_the_other_protocol_is_known_by_its_address(listening, ask):
    running = await listening("::", clients=("127.0.0.0/8",))
    found = await ask(running.port, QUERY, host="127.0.0.1")
    assert dns.message.from_wire(found).rcode() == Rcode.NOERROR


async def test_many_questions_on_one_connection(listening, connect):
    running = await listening()
    reader, writer = await connect(running.port)
    asked = [zones.query("registry.homelab.test", id=number).to_wire() for number in range(200)]
    writer.write(b"".join(map(zones.framed, asked)))
    ids = [dns.message.from_wire(await read(reader)).id for _ in asked]
    assert ids == list(range(200))


async def test_cuts_anywhere_change_nothing(listening, connect):
    running = await listening()
    reader, writer = await connect(running.port)
    for octet in zones.framed(QUERY) * 2:
        writer.write(bytes([octet]))
        await writer.drain()
        await asyncio.sleep(0)
    assert await read(reader) == await read(reader)


@pytest.mark.parametrize(
    "start", [b"\x00\x00", b"\x00\x05hello", b"\xff\xff", b"GET / HTTP/1.1\r\n"]
)
async def test_what_is_no_question_ends_the_connection(listening, connect, start):
    running = await listening()
    reader, writer = await connect(running.port)
    writer.write(start)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await read(reader)


async def test_one_who_says_nothing_whole_is_let_go(listening, connect, time):
    running = await listening()
    reader, writer = await connect(running.port)
    writer.write(zones.framed(QUERY) + b"\x00")
    await read(reader)
    await time.advance(limits.IDLE_S - 1)
    writer.write(b"\x20")
    await asyncio.sleep(0.05)
    assert len(running._streams) == 1
    await time.advance(1.1)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await read(reader)
    assert len(running._streams) == 0


async def test_one_address_has_only_so_many_connections(listening, connect):
    running = await listening()
    for _ in range(limits.CONNECTIONS_OF_ONE):
        reader, writer = await connect(running.port)
        writer.write(zones.framed(QUERY))
        await read(reader)
    more, _ = await connect(running.port)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await read(more)
    writer.transport.abort()
    while len(running._streams) == limits.CONNECTIONS_OF_ONE:
        await asyncio.sleep(0)
    again, writer = await connect(running.port)
    writer.write(zones.framed(QUERY))
    assert await read(again)


async def test_strangers_keep_nobody_out(listening, connect, monkeypatch):
    running = await listening("0.0.0.0", clients=("127.0.0.2/32",))
    monkeypatch.setattr(limits, "CONNECTIONS_OF_STRANGERS", 2)
    for _ in range(2):
        reader, writer = await connect(running.port)
        writer.write(zones.framed(QUERY))
        assert dns.message.from_wire(await read(reader)).rcode() == Rcode.REFUSED
    third, _ = await connect(running.port)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await read(third)
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", running.port, local_addr=("127.0.0.2", 0)
    )
    writer.write(zones.framed(QUERY))
    assert dns.message.from_wire(await read(reader)).rcode() == Rcode.NOERROR
    writer.close()
    await writer.wait_closed()


async def test_who_does_not_read_is_not_answered_for_ever(listening):
    running = await listening()
    its = socket.create_connection(("127.0.0.1", running.port))
    its.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    its.settimeout(0)
    sent, asked, idle = 0, zones.framed(QUERY) * 100, 0
    while idle < 200 and sent < 64 * 2**20:
        try:
            sent += its.send(asked)
            idle = 0
        except BlockingIOError:
            idle += 1
        await asyncio.sleep(0)
    its.close()
    assert idle == 200, "it reads on and on"


async def test_more_than_so_many_are_sent_to_tcp(listening, ask, time, monkeypatch):
    monkeypatch.setattr(limits, "ANSWERS_PER_S", 3)
    running = await listening()
    running._rate._most = 3
    found = [await ask(running.port, QUERY) for _ in range(5)]
    cut = [bool(dns.message.from_wire(one).flags & dns.flags.TC) for one in found]
    assert cut == [False, False, False, True, True]
    assert all(len(one) <= len(QUERY) for one in found[3:])
    await time.advance(1)
    assert await ask(running.port, QUERY) == found[0]


async def test_garbage_on_the_port_ends_nothing(listening, ask):
    running = await listening()
    noise = random.Random(7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as its:
        for _ in range(2000):
            its.sendto(noise.randbytes(noise.randrange(0, 1400)), ("127.0.0.1", running.port))
            await asyncio.sleep(0)
    assert dns.message.from_wire(await ask(running.port, QUERY)).rcode() == Rcode.NOERROR


async def test_the_port_is_taken(listening):
    running = await listening()
    given = server.Options("127.0.0.1", running.port, ())
    with pytest.raises(errors.HomeportError, match="another program has it") as raised:
        await server.Server(zones.zones(), given, running._streams.time).start()
    assert "dns.port" in str(raised.value)


async def test_an_address_that_is_not_here(time):
    with pytest.raises(errors.HomeportError, match=r"dns\.host"):
        await server.Server(zones.zones(), server.Options("192.0.2.1", 0, ()), time).start()


async def test_a_stop_lets_the_port_go(listening, time):
    running = await listening()
    await running.stop()
    again = server.Server(zones.zones(), server.Options("127.0.0.1", running.port, ()), time)
    await again.start()
    await again.stop()


async def test_memory_and_files_stay_flat(listening, ask, connect):
    running = await listening()
    for _ in range(300):
        reader, writer = await connect(running.port)
        writer.write(zones.framed(QUERY))
        await read(reader)
        writer.transport.abort()
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    assert len(running._streams) == 0
    assert not running._streams._counts
    assert not running._waiting

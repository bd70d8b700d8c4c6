import asyncio
import contextlib

import pytest
from tests.net.dns.server import zones

from homeport import clock
from homeport.net.dns.server import server


@pytest.fixture
def time():
    return clock.VirtualClock()


@pytest.fixture
async def listening(time):
    """Opens servers on free ports of loopback, and closes them."""
    async with contextlib.AsyncExitStack() as opened:

        async def listen(host="127.0.0.1", upstreams=(), clients=("127.0.0.0/8", "::1/128"), **its):
            given = server.Options(host, 0, clients, upstreams)
            running = server.Server(zones.zones(**its), given, time)
            await running.start()
            opened.push_async_callback(running.stop)
            return running

        yield listen


@pytest.fixture
def ask():
    """One question by UDP, and its answer; None where none comes."""

    async def asked(port, packet, wait_s=5, host="127.0.0.1"):
        return await asyncio.to_thread(zones.by_datagram, port, packet, wait_s, host)

    return asked


@pytest.fixture
async def connect():
    """Connects by TCP."""
    async with contextlib.AsyncExitStack() as opened:

        async def connected(port, host="127.0.0.1"):
            reader, writer = await asyncio.open_connection(host, port)
            opened.push_async_callback(_end, writer)
            return reader, writer

        yield connected


async def _end(writer):
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()

import asyncio
import socket

import pytest
from tests.net.dns.server import zones

from homeport import clock
from homeport.net.dns import asking
from homeport.net.dns.records import Kind
from homeport.net.dns.server import server

BOTH = (Kind.A, Kind.AAAA)


@pytest.fixture
async def port():
    given = server.Options("127.0.0.1", 0, ("127.0.0.0/8",))
    running = server.Server(zones.zones(), given, clock.VirtualClock())
    await running.start()
    yield running.port
    await running.stop()


async def asked(port, name, kinds=BOTH):
    return await asyncio.to_thread(asking.server, "127.0.0.1", port, name, kinds)


async def test_where_a_name_leads(port):
    assert await asked(port, "registry.homelab.test") == (("10.0.0.1", "fd00::1"), "", True)
    assert (await asked(port, "traefik.homelab.test", (Kind.A,))).addresses == ("10.0.0.1",)


@pytest.mark.parametrize(
    ("name", "why"),
    [("nobody.homelab.test", "NXDOMAIN"), ("x.org", "REFUSED"), ("homelab.test", "no address")],
)
async def test_why_a_name_leads_nowhere(port, name, why):
    assert await asked(port, name) == ((), why, True)


async def test_a_server_that_is_not_there():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as its:
        its.bind(("127.0.0.1", 0))
        free = its.getsockname()[1]
    found = await asked(free, "registry.homelab.test")
    assert (found.addresses, found.is_there) == ((), False)
    assert found.error


async def test_a_server_that_says_nothing(monkeypatch):
    monkeypatch.setattr(asking, "TIMEOUT_S", 0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as its:
        its.bind(("127.0.0.1", 0))
        found = await asked(its.getsockname()[1], "registry.homelab.test")
    assert found == ((), "no answer", False)


def test_this_machine():
    assert set(asking.machine("localhost").addresses) <= {"127.0.0.1", "::1"}
    assert asking.machine("127.0.0.1").addresses == ("127.0.0.1",)
    assert asking.machine("a..b").error


def test_a_name_that_this_machine_does_not_know(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert asking.machine("nobody.test").error == "name or service not known"

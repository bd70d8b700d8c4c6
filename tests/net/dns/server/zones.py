"""Zones and messages for the tests of the server."""

import asyncio
import contextlib
import random
import socket
import struct
import subprocess

import dns.message
import dns.rcode
import dns.rdatatype

from homeport.net.dns import records
from homeport.net.dns.server import answering, clients, limits, zone

DOMAIN = "homelab.test"
HOSTS = [f"{name}.{DOMAIN}" for name in ("registry", "registry-ui", "localstack")]


def served(**changed):
    given = zone.Served(
        domain=DOMAIN,
        records=records.of(HOSTS, f"traefik.{DOMAIN}", ["10.0.0.1", "fd00::1"]),
        reached=("10.0.0.53",),
        ttl=300,
        serial=7,
        parents=(HOSTS[2],),
    )
    return given._replace(**changed)


def zones(**changed):
    return zone.of(served(**changed))


def answers(*, forwards=False, networks=("127.0.0.0/8", "fd00::/8"), **changed):
    return answering.Answering(zones(**changed), clients.Clients(networks), forwards=forwards)


def query(name, kind="A", **options):
    return dns.message.make_query(name, kind, **options)


def asked(name, kind="A", its=None, client="127.0.0.1", **options):
    """The parsed answer to a question."""
    found = (its or answers()).answer(query(name, kind, **options).to_wire(), client)
    assert isinstance(found, bytes)
    return dns.message.from_wire(found)


def said(answer):
    """Its code, and each record of the answer as text."""
    rows = [
        f"{one.name} {dns.rdatatype.to_text(one.rdtype)} {row}"
        for one in answer.answer
        for row in one
    ]
    return dns.rcode.to_text(answer.rcode()), rows


def by_datagram(port, packet, timeout=5, host="127.0.0.1"):
    """One datagram and its answer; None where none comes."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(timeout)
        client.sendto(packet, (host, port))
        try:
            return client.recv(limits.MESSAGE)
        except TimeoutError:
            return None


def framed(packet):
    return struct.pack(">H", len(packet)) + packet


async def run(command):
    """Runs a client beside the loop of the server."""
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=30, check=False
    )


@contextlib.asynccontextmanager
async def started(command, folder, port):
    """A server of others that asks ours, until the end of the block."""
    with (folder / "log").open("wb") as log:
        process = await asyncio.to_thread(
            subprocess.Popen, command, stdout=log, stderr=log, cwd=folder
        )
        try:
            for _ in range(100):
                with contextlib.suppress(ConnectionRefusedError):
                    packet = query("homelab.test", "SOA").to_wire()
                    found = await asyncio.to_thread(by_datagram, port, packet, 0.5)
                    if found and found[3] & 15 == 0:
                        break
                await asyncio.sleep(0.05)
            else:
                raise AssertionError((folder / "log").read_text())
            yield
        finally:
            process.terminate()
            process.wait(10)


def free_port():
    """One that is free for UDP and TCP, below those that the system gives to clients, which come and go."""
    for _ in range(100):
        port = random.randrange(20_000, 32_000)
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as by_datagram,
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as by_stream,
        ):
            by_datagram.bind(("127.0.0.1", port))
            by_stream.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")

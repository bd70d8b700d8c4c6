"""Clients on real connections, in front of a cache in a process of its own: memory, clients that leave, bodies that are wrong."""

import asyncio
import contextlib
import hashlib
import sys
from pathlib import Path

import pytest

from homeport.edge import http

MIB = 1024 * 1024
BLOCK = bytes(range(256)) * 4096

PROGRAM = """
import asyncio, importlib.util, pathlib, sys
import uvloop
from homeport.clock import SystemClock
from homeport.edge import config
from homeport.edge.server import Server
from homeport.registry.options import Upstream

spec = importlib.util.spec_from_file_location("opening", sys.argv[1])
opening = importlib.util.module_from_spec(spec)
spec.loader.exec_module(opening)

async def main():
    clock = SystemClock()
    folder, url = pathlib.Path(sys.argv[2]), sys.argv[3]
    registry, _ = opening.opened(folder, [Upstream("up", url)], clock=clock)
    server = Server(registry, config.EdgeConfig(), clock=clock)
    await server.start()
    print(server.ports[0], flush=True)
    await asyncio.Event().wait()

uvloop.run(main())
"""


class Process:
    """The cache in a process of its own."""

    def __init__(self, child, port):
        self._child = child
        self.port = port

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, folder, url):
        opening = str(Path(__file__).with_name("conftest.py"))
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, opening, str(folder), url, stdout=asyncio.subprocess.PIPE
        )
        try:
            yield cls(child, int(await child.stdout.readline()))
        finally:
            child.kill()
            await child.wait()

    def peak(self):
        """The most memory that it ever had, in MiB."""
        status = Path(f"/proc/{self._child.pid}/status").read_text()
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024

    async def connect(self, target):
        """A connection that has read the head of the answer to a GET."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=MIB)
        writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        return head, reader, writer

    async def pull(self, target):
        """Status, bytes and hash of a body."""
        head, reader, writer = await self.connect(target)
        hashed, size = hashlib.sha256(), 0
        while data := await reader.read(MIB):
            hashed.update(data)
            size += len(data)
        writer.close()
        return int(head.split()[1]), size, "sha256:" + hashed.hexdigest()


class Blocks:
    """A large blob that nobody has to hold."""

    def __init__(self, count, last=BLOCK):
        self._count = count
        self._last = last
        self.gate = asyncio.Event()
        self.gate.set()
        hashed = hashlib.sha256()
        for _ in range(count):
            hashed.update(BLOCK)
        self.digest = "sha256:" + hashed.hexdigest()

    def __call__(self, _request):
        return http.Response(200, [("Content-Length", str(self._count * MIB))], self._stream())

    async def _stream(self):
        for number in range(self._count):
            if number:
                await self.gate.wait()
            yield BLOCK if number + 1 < self._count else self._last


@pytest.fixture
async def process(tmp_path, double):
    async with Process.running(tmp_path / "cache", double.url) as process:
        yield process


async def test_memory_is_flat_and_a_stalled_client_stalls_nobody(process, double):
    warm, large = Blocks(1), Blocks(256)
    double.answers |= {warm.digest: warm, large.digest: large}
    await process.pull(f"/v2/up/a/blobs/{warm.digest}")
    before = process.peak()
    target = f"/v2/up/a/blobs/{large.digest}"
    _, _, stalled = await process.connect(target)
    pulled = await asyncio.gather(*(process.pull(target) for _ in range(3)))
    assert pulled == [(200, 256 * MIB, large.digest)] * 3
    assert process.peak() - before < 48
    assert double.asked("GET", large.digest) == 1
    stalled.close()


async def test_a_client_that_leaves_ends_it_where_nobody_else_waits(process, double):
    large = Blocks(64)
    double.answers[large.digest] = large
    target = f"/v2/up/a/blobs/{large.digest}"
    large.gate.clear()
    _, reader, writer = await process.connect(target)
    await reader.readexactly(1000)
    writer.transport.abort()
    large.gate.set()
    assert (await process.pull(target))[2] == large.digest


async def test_a_body_that_is_wrong_does_not_look_complete(process, double):
    wrong = Blocks(3, last=BLOCK[::-1])
    double.answers[wrong.digest] = wrong
    status, size, _ = await process.pull(f"/v2/up/a/blobs/{wrong.digest}")
    assert (status, size) == (200, 3 * MIB - 1)

"""`kill -9` at any moment of a load: all that was acknowledged is there afterwards, and nothing half-written shows."""

import asyncio
import hashlib
import json
import os
import random
import sys

import pytest

PROGRAM = """
import asyncio, pathlib, sys, uuid
import uvloop
from homeport.clock import SystemClock
from homeport.edge import config
from homeport.edge.server import Server
from homeport.registry.options import Options
from homeport.registry.registry import Registry

async def main():
    clock = SystemClock()
    folder = pathlib.Path(sys.argv[1])
    registry = Registry.open(folder, options=Options(htpasswd=None), clock=clock, ids=lambda: uuid.uuid4().hex)
    await registry.recover()
    server = Server(registry, config.EdgeConfig(), clock=clock)
    await server.start()
    print(server.ports[0], flush=True)
    await asyncio.Event().wait()

uvloop.run(main())
"""
WORKERS = 6


class Process:
    """The registry in a process of its own."""

    def __init__(self, folder):
        self._folder = folder

    async def start(self):
        self._child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, str(self._folder), stdout=asyncio.subprocess.PIPE
        )
        self._port = int(await self._child.stdout.readline())

    async def kill(self):
        self._child.kill()
        await self._child.wait()

    async def ask(self, method, target, body=b"", kind="application/octet-stream"):
        """Status, Location or Range, and body. Raises `OSError` or `EOFError` where the process has gone."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            head = f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answer = await reader.read()
        finally:
            writer.close()
        head, end, content = answer.partition(b"\r\n\r\n")
        if not end:
            raise EOFError
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        return int(head.split(b" ")[1]), fields, content


class Load:
    """Pushes images without end, and notes what was acknowledged."""

    def __init__(self, process, tools):
        self._process = process
        self._tools = tools
        self.blobs = {}
        self.tags = {}
        self.uploads = {}
        self.has_begun = asyncio.Event()

    async def run(self):
        await asyncio.gather(*(self._push_forever(f"w{number}") for number in range(WORKERS)))

    async def _push_forever(self, name):
        try:
            while True:
                await self._push(name)
        except (OSError, EOFError):
            return

    async def _push(self, name):
        data = os.urandom(random.choice([10, 5_000, 200_000]))
        _, fields, _ = await self._process.ask("POST", f"/v2/{name}/blobs/uploads/")
        location = fields["Location"]
        self.uploads[location] = 0
        for half in (data[: len(data) // 2], data[len(data) // 2 :]):
            await self._process.ask("PATCH", location, half)
            self.uploads[location] += len(half)
        del self.uploads[location]
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        status, _, _ = await self._process.ask("PUT", f"{location}?digest={digest}")
        assert status == 201
        self.blobs[name, digest] = data
        manifest = json.dumps(self._tools.image(digest, len(data))).encode()
        target = f"/v2/{name}/manifests/t{len(self.tags)}"
        status, _, _ = await self._process.ask("PUT", target, manifest, self._tools.OCI_IMAGE)
        assert status == 201
        self.tags[target] = manifest
        self.has_begun.set()

    async def check(self):
        for (name, digest), data in self.blobs.items():
            status, _, found = await self._process.ask("GET", f"/v2/{name}/blobs/{digest}")
            assert (status, found) == (200, data)
        for target, manifest in self.tags.items():
            status, _, found = await self._process.ask("GET", target)
            assert (status, found) == (200, manifest)
        for location, size in self.uploads.items():
            status, fields, _ = await self._process.ask("GET", location)
            assert status == 204
            assert int(fields["Range"].removeprefix("0-")) >= size - 1


@pytest.mark.parametrize("round_", range(4))
async def test_kill(tmp_path, tools, round_):
    process = Process(tmp_path / "registry")
    await process.start()
    load = Load(process, tools)
    running = asyncio.ensure_future(load.run())
    await load.has_begun.wait()
    await asyncio.sleep(random.uniform(0.0, 0.5))
    await process.kill()
    await running
    await process.start()
    try:
        await load.check()
    finally:
        await process.kill()

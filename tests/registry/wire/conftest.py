"""The registry behind the real server, in plain HTTP and over TLS with a certificate made here."""

import asyncio
import contextlib
import datetime
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvloop

from homeport.clock import SystemClock
from homeport.edge import config
from homeport.edge.server import Server
from homeport.net import ca
from homeport.registry.access import htpasswd
from homeport.registry.options import Options
from homeport.registry.registry import Registry


def pytest_asyncio_loop_factories():
    """The loop that the server runs on."""
    return {"uvloop": uvloop.new_event_loop}


@dataclass
class Served:
    """A running registry."""

    port: int
    folder: Path
    registry: Registry

    @property
    def host(self):
        return f"localhost:{self.port}"

    async def ask(self, data):
        """Sends bytes as they are, with the connection ended behind them; returns status, head fields and body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            async with asyncio.timeout(20):
                answer = await reader.read()
        finally:
            writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        named = dict(field.split(": ", 1) for field in fields)
        return int(line.split(" ")[1]), {name.lower(): value for name, value in named.items()}, body


@contextlib.asynccontextmanager
async def serving(folder, *, users=None, tls_files=None):
    clock = SystemClock()
    registry = Registry.open(
        folder / "registry",
        options=Options(htpasswd=users),
        clock=clock,
        ids=lambda: uuid.uuid4().hex,
    )
    await registry.recover()
    settings = config.EdgeConfig(tls="only" if tls_files else "off", tls_files=tls_files)
    server = Server(registry, settings, clock=clock)
    await server.start()
    try:
        yield Served(server.ports[0], folder, registry)
    finally:
        await server.stop(1.0)
        await registry.close()


@pytest.fixture
async def served(tmp_path):
    async with serving(tmp_path) as served:
        yield served


@pytest.fixture
async def guarded(tmp_path):
    """Over TLS, for ann with the password «secret»."""
    users = tmp_path / "htpasswd"
    htpasswd.add(users, "ann", "secret", cost=4)
    ca.ensure(tmp_path, ["localhost", "127.0.0.1"], datetime.datetime.now(datetime.UTC))
    tls_files = config.TlsFiles(tmp_path / "server.crt", tmp_path / "server.key")
    async with serving(tmp_path, users=users, tls_files=tls_files) as served:
        yield served

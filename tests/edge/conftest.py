"""A real server on a free port, and a raw socket to talk to it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from homeport import clock as clocks
from homeport.edge import access_log, config, http, server


def pytest_asyncio_loop_factories():
    """The loop that the server runs on."""
    return {"uvloop": uvloop.new_event_loop}


class Client:
    """A connection that sends bytes as they are and reads whole responses."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> tuple[int, dict[str, str]]:
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        split = (line.split(": ", 1) for line in lines[1:-2])
        fields = {name.lower(): value for name, value in split}
        return int(lines[0].split(" ")[1]), fields

    async def response(self, *, is_head: bool = False) -> tuple[int, dict[str, str], bytes]:
        status, fields = await self.head()
        if is_head or status in (204, 304):
            return status, fields, b""
        if fields.get("transfer-encoding") == "chunked":
            return status, fields, await self._chunks()
        if "content-length" in fields:
            return status, fields, await self.reader.readexactly(int(fields["content-length"]))
        return status, fields, await self.reader.read()

    async def ask(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        await self.send(data)
        async with asyncio.timeout(20):
            return await self.response()

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self.reader.readline(), 16):
            body += await self.reader.readexactly(size)
            assert await self.reader.readexactly(2) == b"\r\n"
        assert await self.reader.readexactly(2) == b"\r\n"
        return body

    async def is_closed(self) -> bool:
        """Whether the server ends the connection, and sends nothing more before."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read(1) == b""
            except ConnectionResetError:
                return True

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await self.writer.wait_closed()


class Running:
    """A server that runs, its clock, and clients to it."""

    def __init__(self, running: server.Server, clock: clocks.VirtualClock) -> None:
        self.server = running
        self.clock = clock
        self.clients: list[Client] = []

    @property
    def port(self) -> int:
        return self.server.ports[0]

    async def connect(self, tls: ssl.SSLContext | None = None, **options) -> Client:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=tls, limit=2**22, **options
        )
        self.clients.append(Client(reader, writer))
        return self.clients[-1]


Serve = Callable[..., Awaitable[Running]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server for an application; settings of `EdgeConfig` by name."""
    running: list[Running] = []

    async def start(
        app: http.App, *, log: access_log.AccessLog | None = None, **settings
    ) -> Running:
        clock = clocks.VirtualClock()
        one = server.Server(app, config.EdgeConfig(**settings), clock=clock, access_log=log)
        await one.start()
        running.append(Running(one, clock))
        return running[-1]

    yield start
    for each in running:
        for client in each.clients:
            await client.close()
        stopping = asyncio.ensure_future(each.server.stop(5))
        await asyncio.wait([stopping], timeout=2)
        await each.clock.advance(10)
        await stopping


def make_certificate(folder: Path, name: str = "localhost") -> config.TlsFiles:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = config.TlsFiles(folder / f"{name}.crt", folder / f"{name}.key")
    files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@pytest.fixture
def tls_files(tmp_path: Path) -> config.TlsFiles:
    return make_certificate(tmp_path)


@pytest.fixture
def renewed(tmp_path: Path) -> Callable[[], object]:
    """Puts another certificate into the place of the first."""
    return lambda: make_certificate(tmp_path)


@pytest.fixture
def trust(tls_files: config.TlsFiles) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls_files.certificate)
    context.check_hostname = False
    return context


@pytest.fixture
def eventually():
    """Waits for the other side of a socket, which no virtual clock moves."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)

    return wait

"""What stands between a client and a registry: a proxy that ends TLS, a line that is slow or held up, and the real Traefik."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import harness
import pytest
from tests.e2e.registry_clients.served import Registry

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PIECE = 65_536


@contextlib.contextmanager
def _listening(serve: Serve, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serves on a thread of its own, as tests wait for their clients; yields the port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)

    async def stop() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    passing: Callable[[int], Awaitable[None]] | None = None,
) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        while data := await reader.read(PIECE):
            if passing is not None:
                await passing(len(data))
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, NotImplementedError):
        writer.close()


# The end of TLS


@contextlib.contextmanager
def ending_tls(registry: Registry) -> Iterator[Registry]:
    """A proxy of HTTPS before a registry of plain HTTP; yields the registry as its clients see it.

    It calls the registry by another name, and says what it was called itself, for one request on each connection.
    """
    certificates = registry.ca.parent
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / "server.crt", certificates / "server.key")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", registry.port)
        far_writer.write(_renamed(head))
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    with _listening(serve, context) as port:
        yield dataclasses.replace(registry, port=port, has_tls=True)


def _renamed(head: bytes) -> bytes:
    first, *fields = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    named = [tuple(field.split(": ", 1)) for field in fields]
    host = next(text for name, text in named if name.lower() == "host")
    kept = [f"{name}: {text}" for name, text in named if name.lower() not in {"host", "connection"}]
    added = [
        "Host: inside.test",
        "Connection: close",
        "X-Forwarded-Proto: https",
        f"X-Forwarded-Host: {host}",
    ]
    return "\r\n".join([first, *kept, *added, "", ""]).encode("latin-1")


@contextlib.contextmanager
def traefik(registry: Registry) -> Iterator[Registry]:
    """The real Traefik in its place; it calls the registry by its address, and says in X-Forwarded-* what it was called itself."""
    here = Path(sys.executable).parent / "traefik"
    path = str(here) if here.exists() else shutil.which("traefik")
    if path is None:
        pytest.skip("traefik is not installed here")
    port = harness.free_port()
    folder, certificates = registry.folder, registry.ca.parent
    routes = {
        "http": {
            "routers": {"all": {"rule": "PathPrefix(`/`)", "service": "registry", "tls": {}}},
            "services": {
                "registry": {
                    "loadBalancer": {
                        "servers": [{"url": f"http://127.0.0.1:{registry.port}"}],
                        "passHostHeader": False,
                    }
                }
            },
        },
        "tls": {
            "certificates": [
                {
                    "certFile": str(certificates / "server.crt"),
                    "keyFile": str(certificates / "server.key"),
                }
            ]
        },
    }
    # JSON is YAML
    (folder / "routes.yml").write_text(json.dumps(routes))
    flags = [
        f"--entrypoints.secure.address=127.0.0.1:{port}",
        f"--providers.file.filename={folder}/routes.yml",
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
    ]
    seen = dataclasses.replace(registry, port=port, has_tls=True)
    with (folder / "traefik.log").open("wb") as log:
        process = subprocess.Popen([path, *flags], stdout=log, stderr=log, env={})
    try:
        deadline = time.monotonic() + 20
        while not seen.is_ready():
            is_late = process.poll() is not None or time.monotonic() > deadline
            assert not is_late, (folder / "traefik.log").read_text()
            time.sleep(0.05)
        yield seen
    finally:
        process.terminate()
        process.wait(20)


# Lines


@contextlib.contextmanager
def slow(registry: Registry, bytes_per_s: int) -> Iterator[Registry]:
    """A line on which no more than so much is sent to the registry, by each connection."""

    async def passing(size: int) -> None:
        await asyncio.sleep(size / bytes_per_s)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far = await asyncio.open_connection("127.0.0.1", registry.port)
        await asyncio.gather(_pump(reader, far[1], passing), _pump(far[0], writer))

    with _listening(serve) as port:
        yield dataclasses.replace(registry, port=port)


class Line:
    """A line from a registry that is held up after so many bytes, until it is let go."""

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.port = 0
        self._free = threading.Event()

    def let_go(self) -> None:
        self._free.set()

    async def passing(self, size: int) -> None:
        self.left -= size
        while self.left < 0 and not self._free.is_set():
            await asyncio.sleep(0.01)


@contextlib.contextmanager
def held_up(port: int, limit: int) -> Iterator[Line]:
    """Such a line to a port."""
    line = Line(limit)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pump(reader, far[1]), _pump(far[0], writer, line.passing))

    with _listening(serve) as line.port:
        yield line

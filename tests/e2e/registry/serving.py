"""A registry in a process of its own that can be killed while it collects, imports or scrubs; and its client."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import pathlib
import sqlite3
import sys
import uuid
from typing import NamedTuple

import uvloop

from homeport.clock import SystemClock
from homeport.edge import config
from homeport.edge.server import Server
from homeport.registry.importing.importer import Importer
from homeport.registry.options import Collection, Options
from homeport.registry.registry import Registry
from homeport.registry.space.collect import Collector
from homeport.registry.space.scrub import Scrubber

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
KIND = "application/vnd.oci.image.{}"
GRACE_S = 0.25
"""Of collections: longer than most pushes take here. It begins anew with each start, as a HEAD is known to one process only."""


async def _collect(registry: Registry) -> None:
    collector = Collector(registry._backend, Collection(grace_s=GRACE_S, untagged_s=GRACE_S))
    while True:
        await collector.run()
        await asyncio.sleep(0.01)


async def _work(registry: Registry, what: str, path: str) -> None:
    match what:
        case "collect":
            await _collect(registry)
        case "import" | "move":
            await Importer(registry._backend).run(pathlib.Path(path), move=what == "move")
        case "scrub":
            await Scrubber(registry._backend).run()
    _tell("done")
    await asyncio.Event().wait()


async def _serve(folder: str, what: str, path: str) -> None:
    clock = SystemClock()
    options = Options(collection=Collection(interval_s=None))
    registry = Registry.open(
        pathlib.Path(folder), options=options, clock=clock, ids=lambda: uuid.uuid4().hex
    )
    await registry.recover()
    server = Server(registry, config.EdgeConfig(), clock=clock)
    await server.start()
    _tell(str(server.ports[0]))
    await _work(registry, what, path)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Reply(NamedTuple):
    """An answer."""

    status: int
    fields: dict[str, str]
    body: bytes


class Process:
    """The registry. Calls raise `OSError` or `EOFError` where it has gone."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder

    async def start(self, what: str = "serve", path: pathlib.Path | str = "") -> None:
        """Starts it, and waits until it has recovered and answers; it goes on with the work that is named."""
        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            __file__,
            str(self.folder),
            what,
            str(path),
            stdout=asyncio.subprocess.PIPE,
        )
        self.port = int(await self._child.stdout.readline())

    async def done(self) -> None:
        """Waits for the end of the work."""
        assert await self._child.stdout.readline() == b"done\n"

    async def kill(self) -> None:
        """Ends it without a word."""
        self._child.kill()
        await self._child.wait()

    async def ask(self, method, target, body=b"", **fields) -> Reply:
        """One request on a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            lines = [f"{method} {target} HTTP/1.1", "Connection: close"]
            named = {"Host": "x", **fields}
            lines += [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
            lines += [f"Content-Length: {len(body)}", "", ""]
            writer.write("\r\n".join(lines).encode() + body)
            answer = await reader.read()
        finally:
            writer.close()
        head, end, content = answer.partition(b"\r\n\r\n")
        if not end:
            raise EOFError
        _, *named = head.decode().split("\r\n")
        found = dict(line.split(": ", 1) for line in named)
        length = 0 if method == "HEAD" else int(found.get("Content-Length", 0))
        if len(content) < length:
            raise EOFError
        return Reply(int(head.split(b" ")[1]), found, content)


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def described(data: bytes, kind: str = "layer.v1.tar") -> dict:
    """A descriptor."""
    return {"mediaType": KIND.format(kind), "digest": digest(data), "size": len(data)}


def manifest(config: bytes, *layers: bytes, **more) -> bytes:
    """The bytes of an image's manifest."""
    document = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": described(config, "config.v1+json"),
    }
    return json.dumps(document | {"layers": [described(each) for each in layers], **more}).encode()


class Files(NamedTuple):
    """Names of files: those there are, those of blobs, those of uploads that have begun."""

    found: set[str]
    blobs: set[str]
    uploads: set[str]


def files(folder: pathlib.Path) -> Files:
    """To be asked while nobody writes."""
    found = {path.name for path in (folder / "blobs").rglob("*") if path.is_file()}
    blobs = {name for (name,) in rows(folder, "SELECT file FROM blob")}
    return Files(found, blobs, {name for (name,) in rows(folder, "SELECT staged FROM upload")})


def runs(folder: pathlib.Path, kind: str) -> list[dict]:
    """The reports of work that was done."""
    found = rows(folder, "SELECT report FROM run WHERE kind = ?", kind)
    return [json.loads(report) for (report,) in found]


def rows(folder: pathlib.Path, sql: str, *parameters: str) -> list[tuple]:
    """What the database says."""
    with contextlib.closing(sqlite3.connect(folder / "registry.db")) as connection:
        return connection.execute(sql, parameters).fetchall()


if __name__ == "__main__":
    uvloop.run(_serve(*sys.argv[1:]))

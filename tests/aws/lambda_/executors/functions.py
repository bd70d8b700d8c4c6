"""Functions that really run: a small Runtime API, and what starts environments against it."""

import asyncio
import contextlib
import json
import textwrap
import time
from pathlib import Path

import pytest

from homeport.aws.lambda_ import model
from homeport.aws.lambda_.executors.base import Plan
from homeport.aws.lambda_.executors.process.executor import ProcessExecutor
from homeport.aws.lambda_.invoking.functions import Code
from homeport.clock import SystemClock

API = "/2018-06-01/runtime"


class Api:
    """The Runtime API for one environment, as little of it as a runtime needs."""

    def __init__(self):
        self.told = asyncio.Queue()
        self.is_ready = asyncio.Event()
        self.writer = None
        self.connections = []

    async def open(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**24)
        self.address = f"127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def close(self):
        self.server.close()
        for writer in self.connections:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _serve(self, reader, writer):
        self.connections.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await self._request(reader, writer)

    async def _request(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        path = first.split()[1]
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        if path == f"{API}/invocation/next":
            self.writer = writer
            self.is_ready.set()
            return
        if headers.get("transfer-encoding") == "chunked":
            body = await self._chunks(reader, headers)
        else:
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        await self.told.put(Told(path.removeprefix(API), headers, body))

    async def _chunks(self, reader, headers):
        pieces = []
        while size := int(await reader.readline(), 16):
            pieces.append(await reader.readexactly(size))
            await reader.readexactly(2)
        while (line := await reader.readline()) != b"\r\n":
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        return b"".join(pieces)

    async def give(self, event, headers):
        await asyncio.wait_for(self.is_ready.wait(), 20)
        self.is_ready.clear()
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        deadline = int((time.time() + 3) * 1000)
        lines = {
            "Lambda-Runtime-Aws-Request-Id": "request-1",
            "Lambda-Runtime-Deadline-Ms": deadline,
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:000000000000:function:f",
            "Content-Length": len(body),
            **headers,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.writer.write(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body)


class Told:
    """One thing that a runtime has told."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.kind = path.rpartition("/")[2]

    @property
    def json(self):
        return json.loads(self.body)


class Running:
    """One environment and its Runtime API."""

    def __init__(self, api):
        self.api = api
        self.environment = None
        self.output = b""

    def take(self, data):
        self.output += data

    def is_full(self):
        return False

    @property
    def log(self):
        return self.output.decode()

    async def invoke(self, event=None, **headers):
        await self.ready()
        self.environment.begin(time.time() + 3)
        told = await self._told(event, headers)
        self.environment.finish()
        return told

    async def _told(self, event, headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        await self.api.give(event, given)
        return await asyncio.wait_for(self.api.told.get(), 20)

    async def ready(self):
        waiting = asyncio.ensure_future(self.api.is_ready.wait())
        await asyncio.wait(
            {waiting, self.environment.ended}, timeout=20, return_when="FIRST_COMPLETED"
        )
        waiting.cancel()
        assert self.api.is_ready.is_set(), (self.environment.ended, self.log)

    async def failed_start(self):
        told = await asyncio.wait_for(self.api.told.get(), 20)
        await self.ended()
        return told

    async def ended(self, seconds=20):
        return await asyncio.wait_for(asyncio.shield(self.environment.ended), seconds)


class Starter:
    """Starts functions from their source."""

    def __init__(self, executor, folder):
        self.executor = executor
        self.folder = folder
        self.apis = []
        self.count = 0

    async def __call__(self, files, handler="app.handler", runtime="python3.11", **more):
        running = more.pop("running", None) or Running(await self.api())
        layers = [self.tree(layer) for layer in more.pop("layers", [])]
        variables = more.pop("variables", {})
        code = Code(self.tree(files), tuple(layers))
        plan = Plan(
            f"e-{self.count}",
            version(runtime, handler, environment=variables, **more),
            code,
            variables,
            running.api.address,
            running.take,
            running.is_full,
        )
        running.environment = await self.executor.start(plan)
        return running

    async def api(self):
        self.apis.append(await Api().open())
        return self.apis[-1]

    def tree(self, files):
        self.count += 1
        folder = Path(self.folder, f"code-{self.count}")
        folder.mkdir()
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                path.write_text(textwrap.dedent(content))
            else:
                path.write_bytes(content)
            path.chmod(0o755)
        return folder

    async def close(self):
        await self.executor.close()
        for api in self.apis:
            await api.close()


def version(runtime="python3.11", handler="app.handler", **more):
    given = {"memory_mb": 256, "ephemeral_mb": 512, "timeout_s": 3, **more}
    return model.Version(
        function=model.Function("000000000000", "us-east-1", "f"),
        version=model.LATEST,
        revision="1",
        package_type=given.pop("package_type", model.ZIP),
        runtime=runtime,
        handler=handler,
        role="",
        code_sha256="",
        code_size=0,
        architecture="x86_64",
        logging=model.Logging("/aws/lambda/f"),
        modified="",
        **given,
    )


@pytest.fixture
async def start(tmp_path):
    starter = Starter(ProcessExecutor(SystemClock()), tmp_path)
    yield starter
    await starter.close()


@pytest.fixture
async def start_open(tmp_path):
    """As on a kernel without namespaces."""
    starter = Starter(ProcessExecutor(SystemClock(), is_isolated=False), tmp_path)
    yield starter
    await starter.close()

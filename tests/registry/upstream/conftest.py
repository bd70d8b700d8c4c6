"""A cache asked without sockets, and upstreams behind the real server: one that does as it is told, and a registry of our own."""

import asyncio
import contextlib
import json
import uuid
from pathlib import Path

import pytest
import uvloop

from homeport.clock import SystemClock, VirtualClock
from homeport.edge import config, http
from homeport.edge.server import Server
from homeport.registry.access import htpasswd
from homeport.registry.options import Options, Upstream
from homeport.registry.registry import Registry


def pytest_asyncio_loop_factories():
    """The loop that the server runs on."""
    return {"uvloop": uvloop.new_event_loop}


def opened(folder, upstreams, *, clock, quota=None, **options):
    """A registry with upstreams, and its mirror."""
    chosen = Options(upstreams=tuple(upstreams), **options)
    registry = Registry.open(folder, chosen, clock=clock, ids=lambda: uuid.uuid4().hex, quota=quota)
    return registry, registry.points


@contextlib.asynccontextmanager
async def listening(app, **settings):
    """The URL of an application behind the real server."""
    server = Server(app, config.EdgeConfig(**settings), clock=SystemClock())
    await server.start()
    try:
        yield server.urls[0]
    finally:
        await server.stop(0.1)


class Double:
    """An upstream of which tests say what it has, and how it misbehaves."""

    def __init__(self):
        self.blobs = {}
        self.manifests = {}
        self.requests = []
        self.answers = {}
        """Answers by the end of the path, in the place of its own."""
        self.guard = None
        """Looks at each request, and may answer it."""

    def __call__(self, request):
        self.requests.append(request)
        for end, answer in self.answers.items():
            if request.path.endswith(end):
                return answer(request) if callable(answer) else answer
        refusal = self.guard(request) if self.guard else None
        return refusal or self._answer(request)

    def asked(self, method, part=""):
        """How many requests there were."""
        return len([it for it in self.requests if it.method == method and part in it.path])

    def _answer(self, request):
        kind, reference = request.path.split("/")[-2:]
        found = {"manifests": self.manifests, "blobs": self.blobs}.get(kind, {}).get(reference)
        if found is None:
            return http.Response(404)
        if kind == "blobs":
            return http.Response(200, [], found)
        digest, media_type, content = found
        headers = [("Content-Type", media_type), ("Docker-Content-Digest", digest)]
        return http.Response(200, headers, content)

    def push_blob(self, data, tools):
        digest = tools.sha256(data)
        self.blobs[digest] = data
        return digest

    def push(self, tag, tools, content=b"{}", **more):
        """An image of a config alone; returns its digest."""
        config_digest = self.push_blob(content, tools)
        body = json.dumps(tools.image(config_digest, len(content), **more)).encode()
        digest = tools.sha256(body)
        self.add(tag, (digest, tools.OCI_IMAGE, body))
        return digest

    def add(self, tag, manifest):
        """A manifest under its tag and its digest."""
        self.manifests[tag] = self.manifests[manifest[0]] = manifest


class Cache:
    """A registry with upstreams, and the requests that tests make of it."""

    def __init__(self, folder, upstreams, *, clock=None, quota=None, **options):
        self.folder = folder
        self.clock = clock or VirtualClock()
        self.registry, self.mirror = opened(
            folder, upstreams, clock=self.clock, quota=quota, **options
        )
        self.events = []
        self.registry._backend.journal.listen(
            tell=lambda event: self.events.append((event.action, event.kind, event.digest))
        )

    @property
    def counters(self):
        """Those of its only upstream."""
        (counters,) = self.mirror.counters.values()
        return counters

    async def send(self, method, target, body=b"", **headers):
        """The response, its body not read."""
        path, _, query = target.partition("?")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.registry(http.Request(method, path, query, named, http.BytesBody(body)))
        return response if isinstance(response, http.Response) else await response

    async def ask(self, method, target, body=b"", **headers):
        """Status, head fields and body."""
        response = await self.send(method, target, body, **headers)
        try:
            content = await read(response.body)
        finally:
            if response.on_end is not None:
                response.on_end()
        return response.status, dict(response.headers), content

    def files(self):
        return [path for path in (self.folder / "blobs").rglob("*") if path.is_file()]

    async def until(self, is_so):
        """Waits for what happens by itself."""
        async with asyncio.timeout(20):
            while not is_so():
                await asyncio.sleep(0.005)

    async def close(self):
        await self.mirror.close()
        await self.registry.close()


async def read(body):
    if isinstance(body, http.FileBody):
        return of_file(body)
    if isinstance(body, bytes):
        return body
    return b"".join([piece async for piece in body])


def of_file(body):
    whole = Path(body.path).read_bytes()
    return whole[body.offset : body.offset + body.length]


@pytest.fixture
async def double():
    """An upstream under `double.url`."""
    double = Double()
    async with listening(double) as url:
        double.url = url
        yield double


@pytest.fixture
async def cache(tmp_path, double):
    """A cache of it, below `up`."""
    cache = Cache(tmp_path / "cache", [Upstream("up", double.url, fresh_s=60.0)])
    yield cache
    await cache.close()


class Helpers:
    """What tests need of this file, which they can not import."""

    Cache = Cache
    Double = Double
    Upstream = Upstream
    listening = staticmethod(listening)
    opened = staticmethod(opened)
    read = staticmethod(read)

    @staticmethod
    def users(path):
        htpasswd.add(path, "ann", "secret", cost=4)
        return path


@pytest.fixture
def upstreams():
    return Helpers

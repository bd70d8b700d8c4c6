"""Blobs of an upstream: fetched once, passed on while they come, kept when they are right."""

import asyncio
import json
import os

import pytest

from homeport import errors
from homeport.edge import http
from homeport.registry.upstream import limits
from homeport.storage.quota import Quota

MIB = 1024 * 1024


class Slow:
    """A body that goes on when it is told to; `error` ends it in the place of its end."""

    def __init__(self, data, *, first=MIB, is_chunked=False, error=None):
        self._pieces = [data[:first], data[first:]]
        self._length = len(data)
        self._is_chunked = is_chunked
        self._error = error
        self.gate = asyncio.Event()
        self.is_ended = False

    def __call__(self, _request):
        headers = [] if self._is_chunked else [("Content-Length", str(self._length))]
        return http.Response(200, headers, self._stream(), on_end=self._end)

    async def _stream(self):
        yield self._pieces[0]
        await self.gate.wait()
        if self._error is not None:
            raise self._error
        yield self._pieces[1]

    def _end(self):
        self.is_ended = True


class Client:
    """Somebody who reads a body piece by piece."""

    def __init__(self, response):
        self.response = response
        self.data = b""

    @classmethod
    async def of(cls, cache, target, **headers):
        return cls(await cache.send("GET", target, **headers))

    async def read(self, count):
        """Until there are so many bytes."""
        while len(self.data) < count:
            self.data += await anext(self.response.body)

    async def read_all(self):
        async for piece in self.response.body:
            self.data += piece
        self.leave()
        return self.data

    def leave(self):
        self.response.on_end()


@pytest.fixture
def large(double, tools):
    """A blob that comes in two parts: its address, its bytes, and how it comes."""
    data = os.urandom(4 * MIB)
    digest = tools.sha256(data)
    slow = double.answers[digest] = Slow(data)
    return f"/v2/up/a/b/blobs/{digest}", data, slow


async def test_it_is_fetched_once_and_kept(cache, double, tools):
    digest = double.push_blob(b"x" * 1000, tools)
    for _ in range(2):
        status, headers, body = await cache.ask("GET", f"/v2/up/a/b/blobs/{digest}")
        assert (status, body) == (200, b"x" * 1000)
        assert headers["Docker-Content-Digest"] == digest
    assert len(double.requests) == 1
    assert (cache.counters.hits, cache.counters.misses) == (1, 1)
    assert cache.counters.bytes_fetched == 1000


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 3 * MIB + 5])
@pytest.mark.parametrize("is_chunked", [False, True])
async def test_any_size_arrives_and_is_kept(cache, double, tools, size, is_chunked):
    data = os.urandom(size)
    digest = tools.sha256(data)
    slow = double.answers[digest] = Slow(data, first=size // 2 + 1, is_chunked=is_chunked)
    slow.gate.set()
    target = f"/v2/up/a/b/blobs/{digest}"
    assert (await cache.ask("GET", target))[2] == data
    await cache.until(lambda: not cache.mirror._transfers["up"]._tasks)
    double.requests.clear()
    assert (await cache.ask("GET", target))[2] == data
    assert double.requests == []


async def test_the_first_byte_is_out_before_the_last_is_in(cache, large):
    target, data, slow = large
    client = await Client.of(cache, target)
    assert dict(client.response.headers)["Content-Length"] == str(len(data))
    await client.read(MIB)
    assert not slow.is_ended
    slow.gate.set()
    assert await client.read_all() == data


async def test_who_comes_late_has_all_of_it(cache, double, large):
    target, data, slow = large
    first = await Client.of(cache, target)
    await first.read(MIB)
    late = await Client.of(cache, target)
    slow.gate.set()
    assert await asyncio.gather(first.read_all(), late.read_all()) == [data, data]
    assert len(double.requests) == 1


async def test_two_hundred_clients_are_one_request(cache, double, large):
    target, data, slow = large
    clients = await asyncio.gather(*(Client.of(cache, target) for _ in range(200)))
    slow.gate.set()
    bodies = await asyncio.gather(*(client.read_all() for client in clients))
    assert all(body == data for body in bodies)
    assert len(double.requests) == 1


async def test_a_client_that_stands_still_stalls_nobody(cache, large):
    target, data, slow = large
    stalled = await Client.of(cache, target)
    await stalled.read(1)
    quick = await Client.of(cache, target)
    slow.gate.set()
    assert await quick.read_all() == data
    await cache.until(lambda: not cache.mirror._transfers["up"]._tasks)
    assert (await cache.ask("GET", target))[2] == data
    assert await stalled.read_all() == data


async def test_one_that_leaves_does_not_stop_it_for_others(cache, double, large):
    target, data, slow = large
    leaving, staying = await Client.of(cache, target), await Client.of(cache, target)
    await leaving.read(1)
    leaving.leave()
    slow.gate.set()
    assert await staying.read_all() == data
    assert len(double.requests) == 1


async def test_little_that_is_missing_is_fetched_though_nobody_waits(cache, double, large):
    target, data, slow = large
    client = await Client.of(cache, target)
    client.leave()
    slow.gate.set()
    await cache.until(lambda: not cache.mirror._transfers["up"]._tasks)
    assert (await cache.ask("GET", target))[2] == data
    assert len(double.requests) == 1


async def test_much_that_nobody_waits_for_is_given_up(cache, double, large, monkeypatch):
    monkeypatch.setattr(limits, "FINISHED_ANYWAY", MIB)
    target, data, slow = large
    client = await Client.of(cache, target)
    await client.read(MIB)
    client.leave()
    await cache.until(lambda: not cache.mirror._transfers["up"]._tasks)
    assert cache.files() == []
    slow.gate.set()
    assert (await cache.ask("GET", target))[2] == data
    assert len(double.requests) == 2


async def test_one_who_comes_as_it_is_given_up_has_a_new_one(cache, double, large, monkeypatch):
    monkeypatch.setattr(limits, "FINISHED_ANYWAY", MIB)
    target, data, slow = large
    client = await Client.of(cache, target)
    client.leave()
    slow.gate.set()
    assert (await cache.ask("GET", target))[2] == data


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_bytes_that_are_not_those_of_the_digest_break_off(cache, double, tools, is_chunked):
    data = os.urandom(2 * MIB)
    digest = tools.sha256(data)
    slow = double.answers[digest] = Slow(data[:-1] + b"?", is_chunked=is_chunked)
    client = await Client.of(cache, f"/v2/up/a/b/blobs/{digest}")
    slow.gate.set()
    with pytest.raises(errors.HomeportError, match="not those of the digest"):
        await client.read_all()
    client.leave()
    assert is_chunked or len(client.data) < len(data)
    assert cache.registry._backend.db.query("SELECT 1 FROM blob") == []
    await cache.until(lambda: cache.files() == [])


async def test_a_small_one_that_is_wrong_is_an_error(cache, double, tools):
    digest = tools.sha256(b"right")
    double.blobs[digest] = b"wrong"
    status, _, body = await cache.ask("GET", f"/v2/up/a/b/blobs/{digest}")
    assert status == 502
    assert "not those of the digest" in json.loads(body)["errors"][0]["message"]


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_an_upstream_that_dies_in_the_middle(cache, double, tools, is_chunked):
    data = os.urandom(2 * MIB)
    digest = tools.sha256(data)
    slow = double.answers[digest] = Slow(data, is_chunked=is_chunked, error=OSError("dies"))
    target = f"/v2/up/a/b/blobs/{digest}"
    client = await Client.of(cache, target)
    slow.gate.set()
    with pytest.raises(errors.HomeportError, match="broke off"):
        await client.read_all()
    client.leave()
    await cache.until(lambda: cache.files() == [])
    double.answers.clear()
    double.blobs[digest] = data
    assert (await cache.ask("GET", target))[2] == data


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (http.Response(404), 404, "BLOB_UNKNOWN"),
        (http.Response(401), 404, "DENIED"),
        (http.Response(429), 429, "TOOMANYREQUESTS"),
        (http.Response(500), 502, "UNKNOWN"),
        (http.Response(204), 502, "UNKNOWN"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_the_upstream_does_not_give(cache, double, tools, answer, status, code, method):
    double.answers[""] = answer
    digest = tools.sha256(b"x")
    answered, _, body = await cache.ask(method, f"/v2/up/a/b/blobs/{digest}")
    assert (answered, json.loads(body)["errors"][0]["code"]) == (status, code)


async def test_a_part_is_answered_when_the_whole_is_here(cache, double, large):
    target, data, slow = large
    asked = asyncio.ensure_future(cache.ask("GET", target, range="bytes=1000000-1000009"))
    await cache.until(lambda: double.requests)
    slow.gate.set()
    status, headers, body = await asked
    assert (status, body) == (206, data[1_000_000:1_000_010])
    assert headers["Content-Range"] == f"bytes 1000000-1000009/{len(data)}"


async def test_a_head_asks_upstream_and_fetches_nothing(cache, double, tools):
    digest = double.push_blob(b"x" * 1000, tools)
    status, headers, _ = await cache.ask("HEAD", f"/v2/up/a/b/blobs/{digest}")
    assert (status, headers["Content-Length"]) == (200, "1000")
    assert (double.asked("HEAD"), double.asked("GET")) == (1, 0)


async def test_a_full_quota_passes_it_through(tmp_path, double, large, upstreams):
    target, data, slow = large
    quota = Quota(2 * MIB)
    cache = upstreams.Cache(tmp_path / "full", [upstreams.Upstream("up", double.url)], quota=quota)
    clients = [await Client.of(cache, target) for _ in range(3)]
    slow.gate.set()
    bodies = await asyncio.gather(*(client.read_all() for client in clients))
    assert bodies == [data] * 3
    assert len(double.requests) == 1
    await cache.until(lambda: cache.files() == [])
    assert quota.used == 0
    assert (await cache.ask("GET", target))[2] == data
    assert (await cache.ask("GET", target, range="bytes=0-9"))[0] == 200
    await cache.close()


async def test_what_is_passed_through_waits_for_the_slowest(tmp_path, double, tools, upstreams):
    data = os.urandom(24 * MIB)
    digest = double.push_blob(data, tools)
    target = f"/v2/up/a/b/blobs/{digest}"
    cache = upstreams.Cache(
        tmp_path / "full", [upstreams.Upstream("up", double.url)], quota=Quota(MIB)
    )
    slow, quick = await Client.of(cache, target), await Client.of(cache, target)
    await slow.read(1)
    reading = asyncio.ensure_future(quick.read_all())
    (transfer,) = cache.mirror._transfers["up"]._under_way.values()
    await cache.until(lambda: transfer.spool.staged is None and transfer.spool.is_crowded(0))
    assert transfer.spool.size < 16 * MIB
    assert await slow.read_all() == data
    assert await reading == data
    await cache.close()


async def test_lies_are_found_out_when_passed_through_too(tmp_path, double, tools, upstreams):
    data = os.urandom(3 * MIB)
    digest = tools.sha256(data)
    double.blobs[digest] = data[:-1] + b"?"
    cache = upstreams.Cache(
        tmp_path / "full", [upstreams.Upstream("up", double.url)], quota=Quota(MIB)
    )
    client = await Client.of(cache, f"/v2/up/a/b/blobs/{digest}")
    with pytest.raises(errors.HomeportError, match="not those of the digest"):
        await client.read_all()
    client.leave()
    await cache.close()


async def test_what_another_repository_has_is_not_fetched_but_asked_for(cache, double, tools):
    digest = double.push_blob(b"x" * 1000, tools)
    await cache.ask("GET", f"/v2/up/a/b/blobs/{digest}")
    assert (await cache.ask("GET", f"/v2/up/c/blobs/{digest}"))[2] == b"x" * 1000
    assert (double.asked("GET"), double.asked("HEAD", "/c/")) == (1, 1)
    assert cache.registry._backend.db.query("SELECT count(*) FROM repository_blob") == [(2,)]


async def test_what_another_repository_has_is_not_given_away(cache, double, tools):
    secret = b"secret"
    digest = tools.sha256(secret)
    await cache.ask("POST", f"/v2/mine/blobs/uploads/?digest={digest}", secret)
    assert (await cache.ask("GET", f"/v2/up/a/b/blobs/{digest}"))[0] == 404
    assert (await cache.ask("GET", f"/v2/mine/blobs/{digest}"))[2] == secret


async def test_an_upstream_that_claims_a_private_blob_does_not_get_it_out(cache, double, tools):
    secret = b"secret"
    digest = tools.sha256(secret)
    await cache.ask("POST", f"/v2/mine/blobs/uploads/?digest={digest}", secret)
    double.answers[digest] = lambda request: http.Response(
        200, [], b"" if request.method == "HEAD" else b"liesss"
    )
    status, _, body = await cache.ask("GET", f"/v2/up/a/b/blobs/{digest}")
    assert (status, secret in body) == (502, False)


async def test_pulls_are_told_and_fetches_are_not(cache, double, tools):
    digest = double.push_blob(b"x", tools)
    await cache.ask("GET", f"/v2/up/a/b/blobs/{digest}")
    assert cache.events == [("pull", "blob", digest)]


async def test_a_delete_evicts_it_until_it_is_asked_for_again(cache, double, tools):
    digest = double.push_blob(b"x", tools)
    target = f"/v2/up/a/b/blobs/{digest}"
    await cache.ask("GET", target)
    assert (await cache.ask("DELETE", target))[0] == 202
    assert (await cache.ask("GET", target))[2] == b"x"


async def test_sha512(cache, double, tools):
    digest = tools.sha512(b"x")
    double.blobs[digest] = b"x"
    assert (await cache.ask("GET", f"/v2/up/a/b/blobs/{digest}"))[2] == b"x"


async def test_only_so_many_come_at_once(cache, double, tools, monkeypatch):
    monkeypatch.setattr(cache.mirror._transfers["up"], "_slots", asyncio.Semaphore(2))
    blobs = [os.urandom(2 * MIB) for _ in range(4)]
    slows = [double.answers.setdefault(tools.sha256(blob), Slow(blob)) for blob in blobs]
    asked = [
        asyncio.ensure_future(cache.ask("GET", f"/v2/up/a/b/blobs/{tools.sha256(blob)}"))
        for blob in blobs
    ]
    await cache.until(lambda: len(double.requests) == 2)
    for slow in slows:
        slow.gate.set()
    assert [body for _, _, body in await asyncio.gather(*asked)] == blobs


async def test_a_close_breaks_off_what_is_under_way(tmp_path, double, large, upstreams):
    target, _, _ = large
    cache = upstreams.Cache(tmp_path / "cache", [upstreams.Upstream("up", double.url)])
    client = await Client.of(cache, target)
    await client.read(MIB)
    await cache.close()
    with pytest.raises(errors.HomeportError, match="given up"):
        await client.read_all()
    client.leave()
    assert cache.files() == []


async def test_a_size_that_the_upstream_does_not_say_is_not_said_here(cache, double, tools):
    data = b"x" * MIB
    double.answers["blobs/" + tools.sha256(data)] = Slow(data, is_chunked=True)
    response = await cache.send("HEAD", "/v2/up/a/b/blobs/" + tools.sha256(data))
    assert response.status == 200
    assert "Content-Length" not in dict(response.headers)
    assert not isinstance(response.body, bytes)

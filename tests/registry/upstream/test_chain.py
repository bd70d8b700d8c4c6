"""Registries of our own behind each other and the real server: with passwords, and with tokens."""

import asyncio
import json
import uuid

import pytest

from homeport.clock import SystemClock
from homeport.edge import http
from homeport.registry.options import Options
from homeport.registry.registry import Registry


class Origin:
    """A registry for ann, as its only user pushes to it."""

    def __init__(self, folder, users, tools, **options):
        self._tools = tools
        self.requests = []
        self.registry = Registry.open(
            folder,
            Options(htpasswd=users, **options),
            clock=SystemClock(),
            ids=lambda: uuid.uuid4().hex,
        )

    def __call__(self, request):
        self.requests.append(request)
        return self.registry(request)

    async def put(self, method, target, body, kind="application/octet-stream"):
        headers = {"authorization": self._tools.basic("ann", "secret"), "content-type": kind}
        path, _, query = target.partition("?")
        answer = self.registry(http.Request(method, path, query, headers, http.BytesBody(body)))
        answer = answer if isinstance(answer, http.Response) else await answer
        assert answer.status == 201, answer

    async def push(self, name, tag, layer):
        tools, config = self._tools, b"{}"
        for data in (config, layer):
            target = f"/v2/{name}/blobs/uploads/?digest={tools.sha256(data)}"
            await self.put("POST", target, data)
        layers = [{"mediaType": "a/b", "digest": tools.sha256(layer), "size": len(layer)}]
        body = json.dumps(tools.image(tools.sha256(config), 2, layers=layers)).encode()
        await self.put("PUT", f"/v2/{name}/manifests/{tag}", body, tools.OCI_IMAGE)
        return body


@pytest.fixture(params=[False, True], ids=["basic", "tokens"])
async def origin(request, tmp_path, tools, upstreams):
    users = upstreams.users(tmp_path / "htpasswd")
    async with asyncio.timeout(30):
        origin = Origin(tmp_path / "origin", users, tools, has_tokens=request.param)
        async with upstreams.listening(origin) as origin.url:
            yield origin
        await origin.registry.close()


@pytest.fixture
async def chain(tmp_path, origin, upstreams):
    """A cache of a cache of the origin."""
    ann = {"user": "ann", "password": "secret"}
    second = upstreams.Cache(tmp_path / "b", [upstreams.Upstream("b", origin.url, **ann)])
    async with upstreams.listening(second.registry) as url:
        first = upstreams.Cache(tmp_path / "a", [upstreams.Upstream("a", url)])
        yield first
        await first.close()
    await second.close()


LAYER = bytes(range(256)) * 8192


async def test_an_image_is_pulled_through_both(chain, origin, tools):
    body = await origin.push("team/app", "v1", LAYER)
    assert (await chain.ask("GET", "/v2/a/b/team/app/manifests/v1"))[2] == body
    for data in (b"{}", LAYER):
        target = f"/v2/a/b/team/app/blobs/{tools.sha256(data)}"
        assert (await chain.ask("GET", target))[2] == data
    origin.requests.clear()
    assert (await chain.ask("GET", "/v2/a/b/team/app/manifests/v1"))[2] == body
    assert (await chain.ask("GET", target))[2] == LAYER
    assert origin.requests == []


async def test_a_head_at_the_first_is_enough_for_a_get_later(chain, origin, tools):
    body = await origin.push("team/app", "v1", LAYER)
    assert (await chain.ask("HEAD", "/v2/a/b/team/app/manifests/v1"))[0] == 200
    await origin.registry.close()
    assert (await chain.ask("GET", "/v2/a/b/team/app/manifests/v1"))[2] == body


async def test_lists_go_through_both(chain, origin):
    for tag in ("v1", "v2", "v3"):
        await origin.push("team/app", tag, LAYER)
    status, headers, body = await chain.ask("GET", "/v2/a/b/team/app/tags/list?n=2")
    assert (status, json.loads(body)["tags"]) == (200, ["v1", "v2"])
    following = headers["Link"].partition("<")[2].partition(">")[0]
    assert following.startswith("/v2/a/b/team/app/tags/list?")
    assert json.loads((await chain.ask("GET", following))[2])["tags"] == ["v3"]


async def test_what_is_not_there_is_not_there(chain, origin, tools):
    assert (await chain.ask("GET", "/v2/a/b/team/app/manifests/v1"))[0] == 404
    assert (await chain.ask("GET", f"/v2/a/b/team/app/blobs/{tools.sha256(b'')}"))[0] == 404


async def test_the_password_is_in_no_answer_and_no_log(tmp_path, origin, upstreams, caplog, capfd):
    wrong = {"user": "ann", "password": "hunter2"}
    cache = upstreams.Cache(tmp_path / "x", [upstreams.Upstream("x", origin.url, **wrong)])
    status, headers, body = await cache.ask("GET", "/v2/x/team/app/manifests/v1")
    assert (status, json.loads(body)["errors"][0]["code"]) == (404, "DENIED")
    assert caplog.records
    for text in (str(headers), body.decode(), caplog.text, *capfd.readouterr()):
        assert "hunter2" not in text
    await cache.close()

"""The client, before a strict upstream: credentials, tokens, redirects, sizes, trust."""

import asyncio
import datetime
import json
import urllib.parse

import pytest

from homeport.clock import VirtualClock
from homeport.edge import config, http
from homeport.net import ca
from homeport.registry.upstream import limits
from homeport.registry.upstream.asking import wire
from homeport.registry.upstream.asking.errors import Absent, Limited, Refused, Unreachable, Wrong
from homeport.registry.upstream.client import Client


class Tokens:
    """The token flow of an upstream, strict about what it is sent."""

    def __init__(self, double, tools, *, expires_in=60, realm=None):
        self.asked = []
        self._double = double
        self._expires_in = expires_in
        self._realm = realm or f"{double.url}/token"
        self._basic = tools.basic("ann", "secret")
        self.valid = {}
        self.gate = asyncio.Event()
        self.gate.set()
        double.answers["/token"] = self._grant
        double.guard = self._check

    async def _grant(self, request):
        await self.gate.wait()
        fields = dict(urllib.parse.parse_qsl(request.query))
        self.asked.append(fields["scope"])
        if request.headers.get("authorization") != self._basic or fields["service"] != "double":
            return http.Response(401)
        token = f"t{len(self.asked)}"
        self.valid[f"Bearer {token}"] = fields["scope"]
        body = {"token": token, "expires_in": self._expires_in}
        return http.Response(200, [], json.dumps(body).encode())

    def _check(self, request):
        repository = request.path.removeprefix("/v2/").rsplit("/", 2)[0]
        scope = f"repository:{repository}:pull"
        if self.valid.get(request.headers.get("authorization")) == scope:
            return None
        challenge = f'Bearer realm="{self._realm}",service="double",scope="{scope}"'
        return http.Response(401, [("WWW-Authenticate", challenge)])


def basic_only(tools):
    def check(request):
        if request.headers.get("authorization") == tools.basic("ann", "secret"):
            return None
        return http.Response(401, [("WWW-Authenticate", 'Basic realm="x"')])

    return check


@pytest.fixture
async def clients(double, upstreams):
    """Makes clients of the double."""
    made = []

    def make(url=None, *, clock=None, **options):
        upstream = upstreams.Upstream("up", url or double.url, **options)
        made.append(Client(upstream, clock or VirtualClock()))
        return made[-1]

    yield make
    for client in made:
        await client.close()


@pytest.fixture
def ann(clients):
    return clients(user="ann", password="secret")


async def test_basic_is_sent_once_it_was_asked_for(ann, double, tools):
    digest = double.push("latest", tools)
    double.guard = basic_only(tools)
    assert await ann.find_manifest("a/b", "latest") == digest
    assert await ann.find_manifest("a/c", "latest") == digest
    sent = [request.headers.get("authorization") for request in double.requests]
    assert sent == [None, tools.basic("ann", "secret"), tools.basic("ann", "secret")]


@pytest.mark.parametrize(
    ("options", "message"),
    [({}, "asks for a user and a password"), ({"user": "ann", "password": "x"}, "credential")],
)
async def test_a_wrong_credential_or_none(clients, double, tools, options, message):
    double.guard = basic_only(tools)
    client = clients(**options)
    with pytest.raises(Refused, match=message):
        await client.find_manifest("a/b", "latest")
    with pytest.raises(Refused, match="password"):
        await client.find_manifest("a/b", "latest")
    assert "x" not in repr(options.get("user", ""))


async def test_a_token_is_fetched_once_for_a_repository(ann, double, tools):
    double.push("latest", tools)
    tokens = Tokens(double, tools)
    for _ in range(3):
        await ann.manifest("a/b", "latest")
    await ann.manifest("a/c", "latest")
    assert tokens.asked == ["repository:a/b:pull", "repository:a/c:pull"]


async def test_many_at_once_share_a_token(ann, double, tools):
    double.push("latest", tools)
    tokens = Tokens(double, tools)
    tokens.gate.clear()
    asked = [asyncio.ensure_future(ann.manifest("a/b", "latest")) for _ in range(20)]
    async with asyncio.timeout(20):
        while double.asked("GET", "/manifests/") < 20:
            await asyncio.sleep(0.005)
    tokens.gate.set()
    await asyncio.gather(*asked)
    assert tokens.asked == ["repository:a/b:pull"]


@pytest.mark.parametrize(("expires_in", "holds"), [(60, 50), (300, 290), (8, 4), (None, 50)])
async def test_a_token_is_renewed_shortly_before_its_end(clients, double, tools, expires_in, holds):
    clock = VirtualClock()
    client = clients(user="ann", password="secret", clock=clock)
    double.push("latest", tools)
    tokens = Tokens(double, tools, expires_in=expires_in)
    await client.manifest("a/b", "latest")
    await clock.advance(holds - 0.1)
    await client.manifest("a/b", "latest")
    assert len(tokens.asked) == 1
    await clock.advance(0.2)
    await client.manifest("a/b", "latest")
    assert len(tokens.asked) == 2


async def test_a_token_that_is_taken_no_more_is_renewed(ann, double, tools):
    double.push("latest", tools)
    tokens = Tokens(double, tools)
    await ann.manifest("a/b", "latest")
    tokens.valid.clear()
    await ann.manifest("a/b", "latest")
    assert len(tokens.asked) == 2


async def test_tokens_that_are_remembered_are_bounded(ann, double, tools, monkeypatch):
    monkeypatch.setattr(limits, "TOKENS", 2)
    double.push("latest", tools)
    Tokens(double, tools)
    for name in "abcd":
        await ann.manifest(name, "latest")
    assert len(ann._credentials._tokens) == 2


async def test_a_token_without_a_right_is_a_refusal(ann, double, tools):
    tokens = Tokens(double, tools)
    tokens.valid = {"Bearer x": ""}
    tokens._basic = "nothing"
    with pytest.raises(Refused, match="its token server"):
        await ann.manifest("a/b", "latest")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http.Response(200, [], b"no json"), Wrong),
        (http.Response(200, [], b"[]"), Wrong),
        (http.Response(200, [], b'{"token": "a\\r\\nX: y"}'), Wrong),
        (http.Response(200, [], b'{"token": 1}'), Wrong),
        (http.Response(200, [], b'{"token": "' + b"x" * 70_000 + b'"}'), Wrong),
        (http.Response(302, [("Location", "/elsewhere")]), Wrong),
        (http.Response(429), Limited),
        (http.Response(500), Unreachable),
    ],
)
async def test_a_token_server_that_gives_none(ann, double, tools, answer, kind):
    Tokens(double, tools)
    double.answers["/token"] = answer
    with pytest.raises(kind):
        await ann.manifest("a/b", "latest")


async def test_the_password_goes_to_no_other_domain(ann, double, tools, upstreams):
    other = upstreams.Double()
    async with upstreams.listening(other) as url:
        realm = url.replace("127.0.0.1", "localhost") + "/token"
        Tokens(double, tools, realm=realm)
        with pytest.raises(Refused, match="of another domain"):
            await ann.manifest("a/b", "latest")
    assert other.requests == []


async def test_redirects_of_blobs_are_followed_without_the_credential(
    ann, double, tools, upstreams
):
    other = upstreams.Double()
    digest = other.push_blob(b"x" * 100, tools)
    double.guard = basic_only(tools)
    async with upstreams.listening(other) as url:
        location = [("Location", f"{url}/signed/blobs/{digest}?signature=s")]
        double.blobs[digest] = b""
        guard = double.guard
        double.guard = lambda request: guard(request) or http.Response(307, location)
        opened = await ann.blob("a/b", digest)
        assert opened.answer.read() == b"x" * 100
        assert other.requests[0].query == "signature=s"
        assert "authorization" not in other.requests[0].headers


async def test_a_host_that_was_redirected_to_gets_no_credential_by_asking(
    ann, double, tools, upstreams
):
    other = upstreams.Double()
    other.guard = basic_only(tools)
    async with upstreams.listening(other) as url:
        double.answers[""] = http.Response(302, [("Location", f"{url}/x")])
        with pytest.raises(Refused, match="redirects to"):
            await ann.manifest("a/b", "latest")
        with pytest.raises(Refused, match="redirects to"):
            await ann.blob("a/b", tools.sha256(b""))
    assert not any("authorization" in request.headers for request in other.requests)


async def test_redirects_without_end(ann, double, tools):
    double.answers[""] = http.Response(302, [("Location", "/again")])
    with pytest.raises(Wrong, match="redirects"):
        await ann.find_manifest("a/b", "latest")
    assert len(double.requests) == limits.REDIRECTS + 1


async def test_all_kinds_of_manifests_are_accepted(ann, double, tools):
    double.push("latest", tools)
    await ann.manifest("a/b", "latest")
    accepted = double.requests[0].headers["accept"]
    for kind in ("image.manifest.v1", "image.index.v1", "manifest.v2", "manifest.list.v2"):
        assert kind in accepted


async def test_a_manifest_that_is_too_large(ann, double, tools):
    content = b"x" * (4 * 1024 * 1024 + 1)
    double.add("latest", (tools.sha256(content), tools.OCI_IMAGE, content))
    with pytest.raises(Wrong, match="more than"):
        await ann.manifest("a/b", "latest")


async def test_an_answer_that_comes_byte_by_byte(ann, double):
    async def drip():
        for _ in range(5):
            yield b"{"

    double.answers["latest"] = http.Response(200, [], drip())
    ann.wire._now = iter([0, limits.SMALL_ANSWER_S + 1]).__next__
    with pytest.raises(Unreachable, match="took more than"):
        await ann.manifest("a/b", "latest")


async def test_statuses(ann, double):
    for status, kind in [(404, Absent), (403, Refused), (429, Limited), (500, Unreachable)]:
        double.answers[""] = http.Response(status)
        with pytest.raises(kind):
            await ann.find_blob("a/b", "sha256:1")


@pytest.mark.parametrize(
    ("said", "after"), [("7", 7), ("Fri, 01 Jan", 5), ("-1", 5), ("9" * 20, 86_400)]
)
async def test_retry_after(ann, double, said, after):
    double.answers[""] = http.Response(429, [("Retry-After", said)])
    with pytest.raises(Limited) as raised:
        await ann.find_blob("a/b", "sha256:1")
    assert raised.value.retry_after_s == after


async def test_nobody_there(clients):
    client = clients("http://127.0.0.1:1")
    with pytest.raises(Unreachable, match="no connection"):
        await client.find_manifest("a/b", "latest")


async def test_an_own_certificate(tmp_path, clients, double, tools, upstreams):
    double.push("latest", tools)
    ca.ensure(tmp_path, ["localhost", "127.0.0.1"], datetime.datetime.now(datetime.UTC))
    files = config.TlsFiles(tmp_path / "server.crt", tmp_path / "server.key")
    async with upstreams.listening(double, tls="only", tls_files=files) as url:
        trusting = clients(url, ca=tmp_path / "ca.crt")
        assert (await trusting.manifest("a/b", "latest")).content
        with pytest.raises(Unreachable, match="no trust"):
            await clients(url).manifest("a/b", "latest")


async def test_a_url_with_a_path(clients, double, tools):
    double.push("latest", tools)
    await clients(double.url + "/mirror/").manifest("a/b", "latest")
    assert double.requests[0].path == "/mirror/v2/a/b/manifests/latest"


@pytest.mark.parametrize(
    ("said", "size"), [("7", 7), ("9" * 19, None), ("9" * 5000, None), ("-7", None)]
)
def test_a_length_that_is_none_is_not_believed(said, size):
    assert wire.length({"Content-Length": said}) == size

"""Manifests of an upstream: fetched once, tags checked from time to time, answered all the same when it can not be reached."""

import asyncio
import json

import pytest

from homeport.edge import http
from homeport.storage.quota import Quota

TAG = "/v2/up/a/b/manifests/latest"


def _down(_request):
    raise RuntimeError("down")


async def test_a_tag_is_fetched_and_kept(cache, double, tools):
    digest = double.push("latest", tools)
    status, headers, body = await cache.ask("GET", TAG)
    assert (status, headers["Docker-Content-Digest"]) == (200, digest)
    assert headers["Content-Type"] == tools.OCI_IMAGE
    assert body == double.manifests["latest"][2]
    assert [(it.method, it.path) for it in double.requests] == [
        ("HEAD", "/v2/a/b/manifests/latest"),
        ("GET", f"/v2/a/b/manifests/{digest}"),
    ]


async def test_a_fresh_tag_asks_nobody(cache, double, tools):
    double.push("latest", tools)
    first = await cache.ask("GET", TAG)
    double.requests.clear()
    await cache.clock.advance(59)
    assert await cache.ask("GET", TAG) == first
    assert double.requests == []
    assert (cache.counters.hits, cache.counters.misses) == (1, 1)


async def test_a_tag_that_is_the_same_is_asked_for_by_head_only(cache, double, tools):
    double.push("latest", tools)
    await cache.ask("GET", TAG)
    await cache.clock.advance(61)
    await cache.ask("GET", TAG)
    await cache.ask("GET", TAG)
    assert (double.asked("HEAD"), double.asked("GET")) == (2, 1)


async def test_a_tag_counts_as_pushed_when_it_moves_and_not_when_it_is_checked(
    cache, double, tools
):
    async def moved():
        await cache.clock.advance(61)
        await cache.ask("GET", TAG)
        return cache.registry._backend.db.query("SELECT moved FROM tag")

    double.push("latest", tools)
    first = await moved()
    assert await moved() == first
    double.push("latest", tools, b'{"a":1}')
    assert await moved() == [(cache.clock.now(),)] != first


async def test_a_tag_that_has_moved_moves(cache, double, tools):
    old = double.push("latest", tools)
    await cache.ask("GET", TAG)
    new = double.push("latest", tools, b'{"a":1}')
    await cache.clock.advance(61)
    assert (await cache.ask("HEAD", TAG))[1]["Docker-Content-Digest"] == new
    double.requests.clear()
    assert (await cache.ask("GET", f"/v2/up/a/b/manifests/{old}"))[0] == 200
    assert double.requests == []


async def test_a_tag_that_has_moved_to_what_is_here_fetches_nothing(cache, double, tools):
    digest = double.push("latest", tools)
    await cache.ask("GET", f"/v2/up/a/b/manifests/{digest}")
    double.requests.clear()
    assert (await cache.ask("GET", TAG))[1]["Docker-Content-Digest"] == digest
    assert double.asked("GET") == 0


async def test_a_head_fetches_too(cache, double, tools):
    digest = double.push("latest", tools)
    status, headers, body = await cache.ask("HEAD", TAG)
    assert (status, headers["Docker-Content-Digest"], body) == (200, digest, b"")
    double.answers[""] = _down
    assert (await cache.ask("GET", TAG))[0] == 200


async def test_by_digest_it_is_fetched_once_for_ever(cache, double, tools):
    digest = double.push("latest", tools)
    for _ in range(3):
        assert (await cache.ask("GET", f"/v2/up/a/b/manifests/{digest}"))[0] == 200
        await cache.clock.advance(100_000)
    assert (double.asked("HEAD"), double.asked("GET")) == (0, 1)


async def test_what_it_names_need_not_be_here(cache, double, tools):
    child = tools.sha256(b"child")
    index = {
        "schemaVersion": 2,
        "mediaType": tools.OCI_INDEX,
        "manifests": [{"mediaType": tools.OCI_IMAGE, "digest": child, "size": 5}],
    }
    body = json.dumps(index).encode()
    double.add("multi", (tools.sha256(body), tools.OCI_INDEX, body))
    assert (await cache.ask("GET", "/v2/up/a/b/manifests/multi"))[2] == body
    rows = cache.registry._backend.db.query("SELECT digest FROM reference")
    assert rows == [(child,)]


async def test_an_upstream_that_says_no_digest_is_asked_for_the_bytes(cache, double, tools):
    digest = double.push("latest", tools)
    body = double.manifests["latest"][2]
    double.answers["latest"] = http.Response(200, [("Content-Type", tools.OCI_IMAGE)], body)
    assert (await cache.ask("GET", TAG))[1]["Docker-Content-Digest"] == digest


async def test_many_at_once_are_one_request(cache, double, tools):
    double.push("latest", tools)
    answers = await asyncio.gather(*(cache.ask("GET", TAG) for _ in range(50)))
    assert {status for status, _, _ in answers} == {200}
    assert (double.asked("HEAD"), double.asked("GET")) == (1, 1)


@pytest.mark.parametrize(
    "answer",
    [_down, http.Response(503), http.Response(429, [("Retry-After", "7")])],
    ids=["dead", "503", "429"],
)
async def test_stale_is_better_than_nothing(cache, double, tools, answer):
    double.push("latest", tools)
    first = await cache.ask("GET", TAG)
    await cache.clock.advance(61)
    double.answers[""] = answer
    status, headers, body = await cache.ask("GET", TAG)
    assert (status, body) == (200, first[2])
    assert headers["Warning"] == '110 - "Response is Stale"'
    assert (cache.counters.hits, cache.counters.misses, cache.counters.stale) == (1, 1, 1)


async def test_a_limit_that_counts_gets_only_leads_to_stale_too(cache, double, tools):
    double.push("latest", tools)
    await cache.ask("GET", TAG)
    moved = double.push("latest", tools, b'{"a":1}')
    double.answers[f"manifests/{moved}"] = http.Response(429)
    await cache.clock.advance(61)
    assert "Warning" in (await cache.ask("GET", TAG))[1]


async def test_a_failing_upstream_is_asked_once_a_second(cache, double, tools):
    double.push("latest", tools)
    await cache.ask("GET", TAG)
    await cache.clock.advance(61)
    double.answers[""] = http.Response(503)
    double.requests.clear()
    for _ in range(10):
        assert "Warning" in (await cache.ask("GET", TAG))[1]
        await cache.clock.advance(0.3)
    assert len(double.requests) == 3


async def test_retry_after_is_kept_to(cache, double, tools):
    double.answers[""] = http.Response(429, [("Retry-After", "20")])
    status, headers, _ = await cache.ask("GET", TAG)
    assert (status, headers["Retry-After"]) == (429, "20")
    double.answers.clear()
    double.push("latest", tools)
    await cache.clock.advance(19)
    assert (await cache.ask("GET", TAG))[0] == 429
    await cache.clock.advance(2)
    assert (await cache.ask("GET", TAG))[0] == 200


async def test_it_recovers_from_stale(cache, double, tools):
    double.push("latest", tools)
    await cache.ask("GET", TAG)
    await cache.clock.advance(61)
    double.answers[""] = http.Response(503)
    await cache.ask("GET", TAG)
    double.answers.clear()
    new = double.push("latest", tools, b'{"a":1}')
    await cache.clock.advance(2)
    _, headers, _ = await cache.ask("GET", TAG)
    assert (headers["Docker-Content-Digest"], "Warning" in headers) == (new, False)


async def test_a_tag_that_is_gone_upstream_is_gone_here(cache, double, tools):
    digest = double.push("latest", tools)
    await cache.ask("GET", TAG)
    del double.manifests["latest"]
    await cache.clock.advance(61)
    status, _, body = await cache.ask("GET", TAG)
    assert (status, json.loads(body)["errors"][0]["code"]) == (404, "MANIFEST_UNKNOWN")
    rows = cache.registry._backend.db.query(
        "SELECT name FROM tag UNION SELECT tag FROM upstream_tag"
    )
    assert rows == []
    assert (await cache.ask("GET", f"/v2/up/a/b/manifests/{digest}"))[0] == 200


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal_names_the_upstream(cache, double, tools, status):
    double.push("latest", tools)
    await cache.ask("GET", TAG)
    await cache.clock.advance(61)
    double.answers[""] = http.Response(status)
    answered, _, body = await cache.ask("GET", TAG)
    error = json.loads(body)["errors"][0]
    assert (answered, error["code"]) == (404, "DENIED")
    assert error["message"].startswith("up: ")


async def test_a_refusal_takes_no_tag_away(cache, double, tools):
    double.push("latest", tools)
    await cache.ask("GET", TAG)
    await cache.clock.advance(61)
    double.guard = lambda _: http.Response(403)
    assert (await cache.ask("GET", TAG))[0] == 404
    assert cache.registry._backend.db.query("SELECT name FROM tag") == [("latest",)]


async def test_a_check_in_the_future_is_not_believed(cache, double, tools):
    """A clock that was wrong has been put right."""
    double.push("latest", tools)
    await cache.ask("GET", TAG)
    late = (cache.clock.now() + 1,)
    await cache.registry._backend.db.write(
        lambda at: at.execute("UPDATE upstream_tag SET checked = ?", late)
    )
    await cache.ask("GET", TAG)
    assert double.asked("HEAD") == 2


async def test_an_upstream_that_is_not_there(cache, double):
    double.answers[""] = http.Response(500)
    status, _, body = await cache.ask("GET", TAG)
    assert (status, json.loads(body)["errors"][0]["message"]) == (502, "up: it answered 500")
    assert cache.counters.errors == 1


@pytest.mark.parametrize("target", ["latest", "DIGEST"])
async def test_lies_about_a_digest_are_not_stored(cache, double, tools, target):
    digest = double.push("latest", tools)
    _, media_type, body = double.manifests["latest"]
    double.manifests[digest] = (digest, media_type, body + b" ")
    reference = digest if target == "DIGEST" else target
    status, _, answer = await cache.ask("GET", f"/v2/up/a/b/manifests/{reference}")
    assert status == 502, answer
    assert cache.registry._backend.db.query("SELECT digest FROM manifest") == []


async def test_what_is_no_manifest_is_not_stored(cache, double, tools):
    body = b"<html>log in</html>"
    double.answers["latest"] = http.Response(200, [("Content-Type", "text/html")], body)
    assert (await cache.ask("GET", TAG))[0] == 502
    assert cache.registry._backend.db.query("SELECT digest FROM manifest") == []


async def test_sha512(cache, double, tools):
    double.push("latest", tools)
    _, media_type, body = double.manifests["latest"]
    digest = tools.sha512(body)
    double.manifests[digest] = (digest, media_type, body)
    status, headers, _ = await cache.ask("GET", f"/v2/up/a/b/manifests/{digest}")
    assert (status, headers["Docker-Content-Digest"]) == (200, digest)


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/v2/up/A/manifests/latest", "NAME_INVALID"),
        ("/v2/up/a/manifests/-", "TAG_INVALID"),
        ("/v2/up/a/manifests/sha256:1", "DIGEST_INVALID"),
    ],
)
async def test_what_can_not_be_is_not_asked_for(cache, double, target, code):
    status, _, body = await cache.ask("GET", target)
    assert (status, json.loads(body)["errors"][0]["code"]) == (400, code)
    assert double.requests == []


async def test_a_full_quota_passes_it_through(tmp_path, double, tools, upstreams):
    double.push("latest", tools)
    cache = upstreams.Cache(
        tmp_path / "full", [upstreams.Upstream("up", double.url)], quota=Quota(10)
    )
    status, headers, body = await cache.ask("GET", TAG)
    assert (status, body) == (200, double.manifests["latest"][2])
    assert (await cache.ask("HEAD", TAG))[1]["ETag"] == headers["ETag"]
    assert cache.registry._backend.db.query("SELECT digest FROM manifest") == []
    assert cache.events == [("pull", "manifest", headers["Docker-Content-Digest"])]
    await cache.close()


async def test_pulls_are_told_and_fetches_are_not(cache, double, tools):
    digest = double.push("latest", tools)
    await cache.ask("GET", TAG)
    await cache.ask("HEAD", TAG)
    assert cache.events == [("pull", "manifest", digest), ("look", "manifest", digest)]


async def test_nothing_can_be_pushed_there(cache, tools):
    for method, target in [("PUT", TAG), ("POST", "/v2/up/a/b/blobs/uploads/")]:
        status, headers, body = await cache.ask(method, target, b"{}")
        assert (status, json.loads(body)["errors"][0]["code"]) == (405, "DENIED")
        assert "mirror of up" in json.loads(body)["errors"][0]["message"]
        assert "PUT" not in headers["Allow"]


async def test_a_delete_evicts_it_until_it_is_asked_for_again(cache, double, tools):
    digest = double.push("latest", tools)
    await cache.ask("GET", TAG)
    assert (await cache.ask("DELETE", f"/v2/up/a/b/manifests/{digest}"))[0] == 202
    assert (await cache.ask("GET", TAG))[0] == 200
    assert double.asked("GET") == 2


async def test_other_repositories_are_as_ever(cache, double, tools):
    body = json.dumps({"schemaVersion": 2, "mediaType": tools.OCI_INDEX, "manifests": []}).encode()
    target = "/v2/mine/a/manifests/one"
    assert (await cache.ask("PUT", target, body, content_type=tools.OCI_INDEX))[0] == 201
    assert (await cache.ask("GET", target))[2] == body
    assert (await cache.ask("GET", "/v2/mine/a/manifests/two"))[0] == 404
    assert (await cache.ask("DELETE", target))[0] == 202
    assert double.requests == []


@pytest.mark.parametrize("status", [401, 404, 503])
async def test_what_was_pushed_before_there_was_an_upstream_stays(
    tmp_path, double, tools, upstreams, status
):
    elsewhere = upstreams.Cache(tmp_path / "one", [upstreams.Upstream("other", double.url)])
    body = json.dumps({"schemaVersion": 2, "mediaType": tools.OCI_INDEX, "manifests": []}).encode()
    await elsewhere.ask("PUT", TAG, body, content_type=tools.OCI_INDEX)
    await elsewhere.close()
    cache = upstreams.Cache(tmp_path / "one", [upstreams.Upstream("up", double.url)])
    double.answers[""] = http.Response(status)
    for _ in range(2):
        assert (await cache.ask("GET", TAG))[2] == body
    await cache.close()


async def test_tags_that_are_gone_are_forgotten_at_the_start(cache, double, tools):
    double.push("latest", tools)
    double.push("old", tools, b'{"a":1}')
    await cache.ask("GET", TAG)
    await cache.ask("GET", "/v2/up/a/b/manifests/old")
    await cache.ask("DELETE", "/v2/up/a/b/manifests/old")
    await cache.mirror.start()
    assert cache.registry._backend.db.query("SELECT tag FROM upstream_tag") == [("latest",)]


async def test_a_crowd_that_waits_is_bounded(cache, double, tools):
    cache.mirror._sources[0]._waiting = 1000
    status, headers, _ = await cache.ask("GET", TAG)
    assert (status, headers["Retry-After"]) == (429, "5")
    assert double.requests == []


async def test_a_registry_with_a_namespace_in_the_query(cache, double, tools):
    digest = double.push("latest", tools)
    status, headers, _ = await cache.ask("GET", "/v2/a/b/manifests/latest?ns=up")
    assert (status, headers["Docker-Content-Digest"]) == (200, digest)

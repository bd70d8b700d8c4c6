"""Tags and referrers of an upstream: passed through, and what is here where it can not be reached."""

import json

import pytest

from homeport.edge import http
from homeport.registry.upstream import lists

TAGS = "/v2/up/a/b/tags/list"


def listing(*tags, link=None):
    headers = [] if link is None else [("Link", link)]
    return http.Response(200, headers, json.dumps({"name": "a/b", "tags": tags}).encode())


async def test_tags_are_those_of_the_upstream(cache, double):
    double.answers["tags/list"] = listing("one", "two")
    status, headers, body = await cache.ask("GET", TAGS)
    assert (status, json.loads(body)) == (200, {"name": "up/a/b", "tags": ["one", "two"]})
    assert "Link" not in headers


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ('</v2/a/b/tags/list?last=two&n=2>; rel="next"', "last=two&n=2"),
        ("<https://up.test/v2/a/b/tags/list?n=2&cursor=x%2Fy>;rel=next", "n=2&cursor=x%2Fy"),
        ('<?last=two>; title="x"; rel="next"', "last=two"),
        ('</v2/a/b/tags/list?last=one>; rel="prev"', None),
        ('</v2/a/b/tags/list?n=1\r>; rel="next"', None),
    ],
)
async def test_the_next_page_is_asked_for_here(cache, double, link, wanted):
    double.answers["tags/list"] = listing("one", "two", link=link)
    if "\r" in link:
        double.answers["tags/list"] = listing("one")
    _, headers, _ = await cache.ask("GET", f"{TAGS}?n=2")
    assert headers.get("Link") == (wanted and f'<{TAGS}?{wanted}>; rel="next"')


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["<", "<>;", ";", "<> ;", "<>, "])
def test_no_link_takes_long(text):
    assert lists._NEXT.search("<>" + text * 100_000) is None


async def test_the_query_goes_on_without_what_is_for_the_cache(cache, double):
    double.answers["tags/list"] = listing()
    await cache.ask("GET", "/v2/a/b/tags/list?n=2&last=x%26y&ns=up")
    assert double.requests[0].query == "n=2&last=x%26y"


@pytest.mark.parametrize("answer", [http.Response(503), http.Response(404), http.Response(200)])
async def test_what_is_here_when_the_upstream_does_not_say(cache, double, tools, answer):
    double.push("latest", tools)
    await cache.ask("GET", "/v2/up/a/b/manifests/latest")
    double.answers["tags/list"] = answer
    status, headers, body = await cache.ask("GET", TAGS)
    assert (status, json.loads(body)["tags"]) == (200, ["latest"])
    assert ("Warning" in headers) == (answer.status != 404)


@pytest.mark.parametrize(("status", "wanted"), [(404, 404), (401, 404), (503, 502)])
async def test_where_nothing_is_here(cache, double, status, wanted):
    double.answers["tags/list"] = http.Response(status)
    assert (await cache.ask("GET", TAGS))[0] == wanted


@pytest.mark.parametrize("body", [b"x", b"[]", b'{"tags": [1]}', b'{"tags": "ab"}', b"[" * 100_000])
async def test_a_list_that_is_none(cache, double, body):
    double.answers["tags/list"] = http.Response(200, [], body)
    assert (await cache.ask("GET", TAGS))[0] == 502


async def test_no_tags_are_a_list_too(cache, double):
    double.answers["tags/list"] = http.Response(200, [], b'{"tags": null}')
    assert json.loads((await cache.ask("GET", TAGS))[2])["tags"] == []


def index(tools, *descriptors):
    body = {"schemaVersion": 2, "mediaType": tools.OCI_INDEX, "manifests": list(descriptors)}
    return json.dumps(body).encode()


def descriptor(tools, data):
    return {"mediaType": tools.OCI_IMAGE, "digest": tools.sha256(data), "size": len(data)}


async def test_referrers_are_those_of_the_upstream(cache, double, tools):
    digest, body = tools.sha256(b"x"), index(tools, descriptor(tools, b"y"))
    headers = [
        ("OCI-Filters-Applied", "artifactType"),
        ("Link", f'</v2/a/b/referrers/{digest}?last=z>; rel="next"'),
    ]
    double.answers[digest] = http.Response(200, headers, body)
    target = f"/v2/up/a/b/referrers/{digest}"
    status, found, answered = await cache.ask("GET", f"{target}?artifactType=a/b")
    assert (status, answered, found["Content-Type"]) == (200, body, tools.OCI_INDEX)
    assert found["OCI-Filters-Applied"] == "artifactType"
    assert found["Link"] == f'<{target}?last=z>; rel="next"'
    assert double.requests[0].query == "artifactType=a%2Fb"


async def test_referrers_of_an_upstream_that_keeps_them_under_a_tag(cache, double, tools):
    digest, body = tools.sha256(b"x"), index(tools, descriptor(tools, b"y"))
    double.add(digest.replace(":", "-"), (tools.sha256(body), tools.OCI_INDEX, body))
    assert (await cache.ask("GET", f"/v2/up/a/b/referrers/{digest}"))[2] == body


@pytest.mark.parametrize(("status", "is_stale"), [(404, False), (503, True)])
async def test_referrers_that_are_here(cache, double, tools, status, is_stale):
    subject = descriptor(tools, b"x")
    digest = double.push("signature", tools, subject=subject)
    await cache.ask("GET", f"/v2/up/a/b/manifests/{digest}")
    double.answers[""] = http.Response(status)
    status, headers, body = await cache.ask("GET", f"/v2/up/a/b/referrers/{subject['digest']}")
    assert (status, [it["digest"] for it in json.loads(body)["manifests"]]) == (200, [digest])
    assert ("Warning" in headers) == is_stale


async def test_referrers_that_are_no_index(cache, double, tools):
    digest = tools.sha256(b"x")
    double.answers[digest] = http.Response(200, [], b'{"manifests": [1]}')
    status, headers, body = await cache.ask("GET", f"/v2/up/a/b/referrers/{digest}")
    assert (status, json.loads(body)["manifests"], "Warning" in headers) == (200, [], True)


async def test_lists_of_other_repositories(cache, double, tools):
    assert (await cache.ask("GET", "/v2/mine/tags/list"))[0] == 404
    assert (await cache.ask("GET", f"/v2/mine/referrers/{tools.sha256(b'')}"))[0] == 200
    assert (await cache.ask("GET", "/v2/_catalog"))[0] == 200
    assert double.requests == []

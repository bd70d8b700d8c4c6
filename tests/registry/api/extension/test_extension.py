"""Who may ask what, and what there is."""

import asyncio

import pytest

from homeport.clock import settle
from homeport.registry.options import Upstream, Webhook

FOR_ADMINS = [
    ("GET", "usage"),
    ("GET", "usage/repositories"),
    ("GET", "usage/repositories/a"),
    ("GET", "rules"),
    ("GET", "robots"),
    ("POST", "robots"),
    ("DELETE", "robots/ci"),
    ("GET", "usage/history"),
    ("GET", "runs"),
    ("GET", "users"),
    ("PUT", "users/ci"),
    ("DELETE", "users/ci"),
    ("POST", "gc"),
    ("POST", "retention"),
    ("POST", "scrub"),
    ("POST", "import"),
]


@pytest.mark.parametrize(("method", "place"), FOR_ADMINS)
async def test_what_is_for_admins(staff, method, place):
    assert (await staff.call(method, place)).status not in {401, 403} or place == "import"
    staff.be("bob")
    answer = await staff.call(method, place)
    assert (answer.status, answer.code) == (403, "DENIED")
    staff.authorization = None
    assert (await staff.call(method, place)).status == 401


async def test_all_that_is_discovered_is_for_admins_but_what_says_so(staff):
    asked = {place for _, place in FOR_ADMINS}
    answer = await staff.ask("GET", "/v2/_oci/ext/discover")
    (ours,) = [each for each in answer.json["extensions"] if each["name"] == "_homeport"]
    found = {place.removeprefix("_homeport/") for place in ours["endpoints"]}
    assert found - {place.replace("/ci", "/").replace("/a", "/") for place in asked} == {
        "whoami",
        "repositories/",
        "freed",
        "events",
        "catalog",
        "tags/",
        "untagged/",
        "images/",
    }
    assert (await staff.ask("GET", ours["url"])).json == answer.json


@pytest.mark.parametrize(("name", "is_admin"), [("ann", True), ("bob", False)])
async def test_everybody_is_told_who_they_are(staff, name, is_admin):
    staff.be(name)
    told = (await staff.call("GET", "whoami")).json
    assert (told["name"], told["is_admin"], told["has_users"]) == (name, is_admin, True)


async def test_the_owner_comes_in_by_their_secret(staff):
    staff.be_owner()
    told = (await staff.call("GET", "whoami")).json
    assert (told["name"], told["is_admin"]) == ("owner", True)
    staff.authorization += "x"
    assert (await staff.call("GET", "whoami")).status == 401


async def test_a_path_of_the_server_is_for_the_owner_alone(staff, tmp_path):
    body = {"path": str(tmp_path)}
    answer = await staff.call("POST", "import", body)
    assert (answer.status, answer.code) == (403, "DENIED")
    staff.be_owner()
    answer = await staff.call("POST", "import", body)
    assert "is no storage folder" in answer.json["errors"][0]["message"]


async def test_where_there_are_no_users_the_owner_still_has_a_secret(staffed, tmp_path):
    home = staffed(tmp_path / "registry")
    await home.change(htpasswd=None, rules=())
    assert (await home.call("GET", "whoami")).json["is_admin"]
    assert (await home.call("POST", "import", {"path": "/x"})).status == 403
    home.be_owner()
    assert (await home.call("POST", "import", {"path": "/x"})).status != 403
    await home.registry.close()


@pytest.mark.parametrize("place", ["", "nothing", "robots/", "usage/", "gc/x", "repositories/"])
async def test_what_is_not_there(staff, place):
    answer = await staff.call("DELETE", place)
    assert answer.status in {404, 405}, answer


async def test_a_method_that_is_not_there(staff):
    answer = await staff.call("PUT", "robots")
    assert (answer.status, answer.headers["Allow"]) == (405, "OPTIONS, GET, POST, HEAD")


async def test_work_is_done_and_told(staff, lines):
    for kind in ("gc", "retention", "scrub"):
        told = await lines(await staff.call("POST", kind))
        assert "report" in told[-1], told
    runs = (await staff.call("GET", "usage")).json["runs"]
    assert [run["kind"] for run in runs] == ["gc", "retention", "scrub"]


async def test_work_is_told_how(staff, lines):
    digest = await staff.push_blob("a", b"blob")
    body = {"dry_run": True, "grace_s": 0}
    told = (await lines(await staff.call("POST", "gc", body)))[-1]["report"]
    assert (told["is_dry_run"], told["things"][0]["digest"]) == (True, digest)
    assert (await staff.ask("HEAD", f"/v2/a/blobs/{digest}")).status == 200
    answer = await staff.call("POST", "gc", {"grace": 0})
    assert "'grace' is no field here" in answer.json["errors"][0]["message"]


async def test_work_that_the_registry_began_by_itself_is_waited_for(staff):
    work = staff.registry._extension._jobs._work["scrub"]
    ended = asyncio.Event()  # a real scrub may be done before it is asked for
    begun = asyncio.create_task(work._job.run(ended.wait()))
    await settle(1)
    answer = await staff.call("POST", "scrub")
    assert answer.status == 409
    assert answer.json["errors"][0]["detail"]["hint"]
    ended.set()
    await begun


async def test_the_rules_in_force_hold_no_secret(staff):
    await staff.change(
        upstreams=(Upstream("docker.io", "https://up.example", "u", "hush1"),),
        webhooks=(Webhook("w", "https://hook.example/hush2", (("Authorization", "hush3"),)),),
        retention_s=60.0,
    )
    answer = await staff.call("GET", "rules")
    told = answer.json
    assert b"hush" not in answer.body
    assert (told["admins"], told["retention_s"]) == (["ann"], 60.0)
    assert told["rules"][0]["repositories"] == ["bob/**"]
    assert told["upstreams"][0]["prefix"] == "docker.io"
    assert told["webhooks"][0]["name"] == "w"


@pytest.mark.parametrize(
    ("origin", "content_type", "status"),
    [
        ("https://evil.test", "text/plain", 415),
        ("null", "application/x-www-form-urlencoded", 415),
        ("https://evil.test", "text/plain; x=application/json", 415),
        ("https://registry.test", "application/json; charset=utf-8", 200),
        (None, "application/x-www-form-urlencoded", 200),
    ],
)
async def test_no_page_of_another_site_can_start_anything(staff, origin, content_type, status):
    named = {"content_type": content_type} | ({"origin": origin} if origin else {})
    answer = await staff.ask("POST", "/v2/_homeport/gc", b'{"grace_s": 0}', **named)
    assert answer.status == status

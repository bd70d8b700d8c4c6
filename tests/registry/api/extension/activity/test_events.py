"""Events by their end point: who sees what, and who waits."""

import asyncio
import json

import pytest

from homeport.clock import settle
from homeport.edge import http
from homeport.registry.events.recent import GATHER_S, WAITING


async def events(home, **fields):
    query = "&".join(f"{name}={value}" for name, value in fields.items())
    answer = await home.call("GET", f"events?{query}")
    assert answer.status == 200, answer
    return answer.json


def told(found):
    return [(each["action"], each["kind"], each["repository"]) for each in found["events"]]


def begin(home, **fields):
    return asyncio.ensure_future(events(home, **fields))


async def test_a_push_and_a_pull(staff, tools):
    start = (await events(staff))["next"]
    digest = await staff.push_image("bob/app", "v1", b"config")
    staff.be("carl")
    answer = await staff.ask("GET", "/v2/bob/app/manifests/v1")
    await staff.ask("GET", f"/v2/bob/app/blobs/{tools.sha256(b'config')}")
    await staff.ask("HEAD", "/v2/bob/app/manifests/v1")
    found = await events(staff, after=start)
    assert told(found) == [
        ("push", "blob", "bob/app"),
        ("push", "manifest", "bob/app"),
        ("pull", "manifest", "bob/app"),
    ]
    push, pull = found["events"][1:]
    assert (push["user"], pull["user"], pull["tag"], pull["digest"]) == (
        "ann",
        "carl",
        "v1",
        digest,
    )
    assert (pull["bytes"], pull["at"]) == (len(answer.body), staff.clock.now())
    assert found["next"] == pull["seq"]


async def test_mounts_and_deletes(staff):
    digest = await staff.push_blob("bob/app", b"layer")
    await staff.push_image("bob/app", "v1")
    start = (await events(staff))["next"]
    await staff.ask("POST", f"/v2/bob/other/blobs/uploads/?mount={digest}&from=bob/app")
    await staff.ask("DELETE", f"/v2/bob/other/blobs/{digest}")
    await staff.ask("DELETE", "/v2/bob/app/manifests/v1")
    await staff.call("DELETE", "repositories/bob/app")
    assert [each[:2] for each in told(await events(staff, after=start))] == [
        ("mount", "blob"),
        ("delete", "blob"),
        ("delete", "tag"),
        ("delete", "manifest"),
        ("delete", "repository"),
    ]


async def test_each_sees_what_they_may_pull(staff, tools):
    start = (await events(staff))["next"]
    await staff.push_image("bob/app", "v1")
    await staff.push_image("secret", "v1")
    made = await staff.call(
        "POST", "robots", {"name": "ci", "scopes": [{"repositories": "bob/*", "allow": ["pull"]}]}
    )
    found = await events(staff, after=start)
    assert {each["repository"] for each in found["events"]} == {"bob/app", "secret"}
    staff.authorization = tools.basic(made.json["user"], made.json["secret"])
    found = await events(staff, after=start)
    assert {each["repository"] for each in found["events"]} == {"bob/app"}
    assert b"secret" not in (await staff.call("GET", "events")).body


async def test_who_may_not_see_it_is_not_woken_up_to_the_end(staff, tools):
    made = await staff.call(
        "POST", "robots", {"name": "ci", "scopes": [{"repositories": "bob/*", "allow": ["pull"]}]}
    )
    start, ann = (await events(staff))["next"], staff.authorization
    staff.authorization = tools.basic(made.json["user"], made.json["secret"])
    waiting = begin(staff, after=start, wait=25)
    await settle()
    staff.authorization = ann
    await staff.push_image("secret", "v1")
    await staff.clock.advance(20)
    assert not waiting.done()
    await staff.push_image("bob/app", "v1")
    await staff.clock.advance(GATHER_S)
    assert {each["repository"] for each in (await waiting)["events"]} == {"bob/app"}


async def test_news_come_when_they_happen(staff):
    start = (await events(staff))["next"]
    waiting = begin(staff, after=start, wait=25)
    await staff.clock.advance(10)
    assert not waiting.done()
    await staff.push_image("bob/app", "v1")
    await staff.clock.advance(GATHER_S)
    assert ("push", "manifest", "bob/app") in told(await waiting)


async def test_a_wait_ends(staff):
    start = (await events(staff))["next"]
    waiting = begin(staff, after=start, wait=2.5)
    await staff.clock.advance(2.4)
    assert not waiting.done()
    await staff.clock.advance(0.1)
    assert await waiting == {"events": [], "next": start}


async def test_what_happens_at_the_end_of_a_wait_is_not_lost(staff):
    start = (await events(staff))["next"]
    waiting = begin(staff, after=start, wait=1)
    await staff.clock.advance(1 - GATHER_S / 2)
    await staff.push_image("bob/app", "v1")
    await staff.clock.advance(GATHER_S / 2)
    assert (await waiting)["events"]


async def test_of_too_many_the_last_are_answered_at_once(staff):
    start = (await events(staff))["next"]
    waiting = [begin(staff, after=start, wait=25) for _ in range(WAITING)]
    await settle()
    assert (await events(staff, after=start, wait=25))["events"] == []
    await staff.registry.close()
    assert all(found["events"] == [] for found in await asyncio.gather(*waiting))
    staff.registry = staff._open()


async def test_a_client_that_goes_is_let_go(staff):
    request = http.Request(
        "GET",
        "/v2/_homeport/events",
        "wait=25&after=" + str((await events(staff))["next"]),
        {"authorization": staff.authorization},
        http.BytesBody(),
    )
    answer = asyncio.ensure_future(staff.registry(request))
    await settle()
    request.on_gone()
    assert json.loads((await answer).body)["events"] == []


async def test_a_few_at_a_time(staff):
    for number in range(4):
        await staff.push_image("bob/app", f"v{number}")
    newest = await events(staff, n=2)
    assert [each["tag"] for each in newest["events"]] == ["", "v3"]
    oldest = await events(staff, after=0, n=3)
    assert [each["tag"] for each in oldest["events"]] == ["", "v0", ""]
    assert oldest["next"] == oldest["events"][-1]["seq"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("wait=26", "wait must be a number from 0 to 25"),
        ("wait=-1", "wait must be"),
        ("wait=nan", "wait must be"),
        ("wait=1e1", "wait must be"),
        ("n=0", "n must be a whole number from 1 to 1000"),
        ("n=1001", "n must be"),
        ("n=" + "9" * 5000, "n must be"),
        ("n=٣", "n must be"),
        ("after=-1", "after must be"),
        ("after=" + "0" * 20, "after must be"),
        ("after=x", "after must be"),
    ],
)
async def test_what_can_not_be_asked(staff, query, said):
    answer = await staff.call("GET", f"events?{query}")
    assert answer.status == 400
    assert said in answer.json["errors"][0]["message"]


async def test_strangers_are_told_nothing(staff):
    staff.authorization = None
    assert (await staff.call("GET", "events")).status == 401

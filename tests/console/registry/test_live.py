"""Activity: what happened, and what comes while somebody looks."""

import base64
import re
import urllib.parse

import pytest
from tests.console import standing as standings

from homeport.console.registry import live

PATH = live.PATH


@pytest.fixture
def repository(standing, request):
    """An image of this test's own, pushed and pulled by docker."""
    name = "live/" + re.sub(r"[^a-z0-9]+", "-", request.node.name).strip("-")
    image = standing.push(name, "v1", [b"layer of " + name.encode()])
    assert standing.ask("GET", f"/v2/{name}/manifests/v1", user="reader").status == 200
    return name, image["digest"]


def told(page):
    return [row[1:] for row in page.rows()]


def watch(page):
    return page.find("div", id="watch").attributes["hx-get"]


async def test_a_push_and_a_pull(visitor, repository):
    name, digest = repository
    page = await visitor.get(f"{PATH}?search={name}")
    short = digest.removeprefix("sha256:")[:12]
    assert told(page) == [
        ["pull", f"{name}:v1", short, "reader"],
        ["push", f"{name}:v1", short, "admin"],
    ]
    assert page.links[f"{name}:v1"] == f"/r/{name}:v1"
    assert (await visitor.get(page.links[f"{name}:v1"])).status == 200
    assert page.title.startswith("Activity")


async def test_the_console_makes_no_news_by_looking(visitor, repository):
    name, _ = repository
    await visitor.get(f"/r/{name}:v1")
    await visitor.get(f"/r/{name}")
    assert len(told(await visitor.get(f"{PATH}?search={name}"))) == 2


async def test_single_layers_where_they_are_asked_for(visitor, repository):
    name, _ = repository
    page = await visitor.get(f"{PATH}?search={name}&layers=1")
    assert [row[0] for row in told(page)] == ["pull", "push", *["push layer or config"] * 2]
    assert page.find("input", name="layers").attributes.get("checked") == ""


async def test_one_kind(visitor, repository):
    name, _ = repository
    page = await visitor.get(f"{PATH}?search={name}&action=push")
    assert [row[0] for row in told(page)] == ["push"]
    assert page.find("option", value="push").attributes.get("selected") == ""
    page = await visitor.get(f"{PATH}?search={name}&action=mount")
    assert "Nothing of that happened" in page.text


async def test_what_is_gone_leads_to_its_repository(standing, visitor, repository):
    name, digest = repository
    standing.push(name, "v2")
    assert standing.ask("DELETE", f"/v2/{name}/manifests/v1").status == 202
    assert standing.ask("DELETE", f"/v2/{name}/manifests/{digest}").status == 202
    assert standing.ask("DELETE", f"/v2/_homeport/repositories/{name}").status == 200
    page = await visitor.get(f"{PATH}?search={name}&action=delete")
    whole, image, manifest, tag = page.find("tbody").all("tr")
    assert whole.text.endswith(f"delete repository {name} admin")
    assert whole.all("a") == []
    for row in (image, manifest, tag):
        assert row.find("a").attributes["href"] == f"/r/{name}"
    assert f"delete tag {name}:v1" in tag.text


async def test_news_come_by_themselves(standing, visitor, repository):
    name, _ = repository
    page = await visitor.get(f"{PATH}?search={name}")
    poll = watch(page)
    assert page.find("div", id="watch").attributes["hx-trigger"] == "every 3s"
    nothing = await visitor.get(poll, is_part=True)
    standing.push(name, "v2")
    news = await visitor.get(poll, is_part=True)
    assert (nothing.status, nothing.body) in {(204, b""), (200, nothing.body)}
    assert news.find("div", id="rows").attributes["hx-swap-oob"] == "true"
    assert [row[1] for row in told(news)] == [f"{name}:v2", f"{name}:v1", f"{name}:v1"]
    assert watch(news) != poll
    assert news.all("html") == []
    assert (await visitor.get(poll)).all("html")


async def test_where_nothing_happened_nothing_is_sent(visitor, repository):
    last = int(
        dict(urllib.parse.parse_qsl(watch(await visitor.get(PATH)).partition("?")[2]))["after"]
    )
    for _ in range(3):
        answer = await visitor.get(f"{PATH}?after={last}", is_part=True)
        if answer.status == 204:
            assert answer.body == b""
            return
        last = int(watch(answer).rpartition("=")[2])
    raise AssertionError("there was always something new")


async def test_what_is_not_looked_for_leaves_the_table_alone(standing, visitor, repository):
    name, _ = repository
    poll = watch(await visitor.get(f"{PATH}?search={name}"))
    standing.push("live-other/x", "v1")
    answer = await visitor.get(poll, is_part=True)
    assert (answer.all("div", id="rows"), watch(answer) != poll) == ([], True)


async def test_it_can_be_paused(visitor, repository):
    name, _ = repository
    page = await visitor.get(f"{PATH}?search={name}")
    page = await visitor.get(page.links["Pause"])
    assert page.all("div", id="watch") == []
    assert len(told(page)) == 2
    assert page.links["Watch"] == f"{PATH}?search={urllib.parse.quote(name, safe='')}"


async def test_each_sees_what_they_may_pull(standing, console, visitor, repository):
    name, _ = repository
    body = f'{{"password": "{standings.PASSWORD}"}}'.encode()
    kind = {"Content-Type": "application/json"}
    assert standing.ask("PUT", "/v2/_homeport/users/live", body, kind).status in {200, 201}
    pair = base64.b64encode(f"live:{standings.PASSWORD}".encode()).decode()
    other = type(visitor)(console)
    await other.log_in("live", standings.PASSWORD)
    page = await other.get(f"{PATH}?search={name}")
    assert name not in page.find("main").find("div", id="rows").text
    assert pair not in page.body.decode()


async def test_a_reader_sees_it_too(reader, repository):
    name, _ = repository
    assert len(told(await reader.get(f"{PATH}?search={name}"))) == 2


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=" + "9" * 30])
async def test_what_can_not_be_asked(visitor, query):
    assert (await visitor.get(f"{PATH}?{query}")).status == 400


async def test_what_is_typed_is_shown_as_it_is(visitor):
    page = await visitor.get(f"{PATH}?search=%22%3E%3Cb%3E&action=%3Cb%3E")
    assert page.find("input", name="search").attributes["value"] == '"><b>'
    assert standings.PASSWORD not in page.body.decode()

"""The pages of space: what they tell is what the registry says, and what they do is done. A stack of their own, as they free things."""

import asyncio
import json
import threading

import harness
import pytest
from tests.console import standing as standings
from tests.console.standing import Standing
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.registry.upkeep.history import SPANS

BASE = "/registry/space"
RETENTION = [
    {"repositories": ["keep/**"], "keep": ["v*"], "keep_last": 1},
    {"repositories": ["mirror/**"], "tags": [], "untagged": "14d"},
]


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    made = {
        "HOMEPORT_REGISTRY_RULES": json.dumps(standings.RULES),
        "HOMEPORT_REGISTRY_RETENTION": json.dumps(RETENTION),
        "HOMEPORT_REGISTRY_QUOTA": "1GiB",
    }
    stack = harness.Stack(tmp_path_factory.mktemp("space") / "data", extra=made)
    for user in (standings.WRITER, standings.READER):
        standings.add_user(stack, user)
    with stack.running():
        yield Standing(stack)


async def until_ended(visitor, place):
    """The page of a kind of work once nothing of it is under way."""
    async with asyncio.timeout(60):
        while "Under way" in (page := await visitor.get(f"{BASE}/{place}")).text:
            await asyncio.sleep(0.05)
    return page


async def run(visitor, place, values=None):
    """Asks for a run; the page that follows, once it has ended."""
    page = await visitor.post(f"{BASE}/{place}", values)
    assert page.status == 303, page.text
    assert page.location == f"{BASE}/{place}"
    return await until_ended(visitor, place)


async def test_it_says_when_nothing_is_there(visitor):
    page = await visitor.get(BASE)
    assert "There are no repositories yet." in page.text
    assert "Nothing ran yet." in page.text
    assert "none known" in page.text


async def test_figures_are_those_of_the_registry(visitor, standing):
    standing.push("figures/app", "v1", [b"x" * 400_000])
    told = standing.json("/v2/_homeport/usage")
    page = await visitor.get(BASE)
    assert page.title == "Space · Homeport"
    figures = {
        each.find("span", class_="label").text: each.find("span", class_="value").text
        for each in page.all("div", class_="figure")
    }
    assert figures["Repositories"] == str(told["repositories"])
    assert figures["Blobs"] == str(told["blobs"])
    assert "of 1.00 GiB that registry.quota allows" in page.text
    bar = page.find("svg", class_="bar").attributes["aria-label"]
    assert bar.startswith("What takes the room: Layers 391 KiB")
    assert bar.endswith(", of 1 GiB")


async def test_the_largest_repositories_come_first(visitor, standing):
    standing.push("large/b", "v1", [b"b" * 900_000])
    standing.push("large/a", "v1", [b"a" * 1_900_000])
    page = await visitor.get(BASE)
    names = [row[0] for row in page.rows(1)]
    assert names[:2] == ["large/a", "large/b"]
    assert page.links["large/a"] == "/r/large/a"


@pytest.mark.parametrize("span", [*SPANS, "nonsense"])
async def test_the_usage_over_time(visitor, standing, span):
    standing.push("history/app", "v1")
    page = await visitor.get(f"{BASE}?span={span}")
    pictures = page.all("svg", class_="lines")
    assert len(pictures) == 2
    assert pictures[0].attributes["aria-label"].startswith("Bytes over time: Stored from ")
    rows = page.rows(0)
    stored = standing.json("/v2/_homeport/usage")
    assert rows[0][3:5] == [str(stored["repositories"]), str(stored["tags"])]
    chosen = [each.text for each in page.all("a", aria_current="page")]
    assert (SPANS[span].text if span in SPANS else "Week") in chosen


async def test_uploads_under_way_are_told(visitor, standing):
    answer = standing.ask("POST", "/v2/uploads/app/blobs/uploads/")
    assert answer.status == 202
    assert "1 upload," in (await visitor.get(BASE)).text
    standing.ask("DELETE", answer.headers["Location"])
    assert "1 upload," not in (await visitor.get(BASE)).text


async def test_a_dry_run_of_a_collection_changes_nothing(visitor, standing):
    pushed = standing.push("gc/dry", "", [b"d" * 5000])
    page = await run(visitor, "collection", {"dry_run": "1", "untagged": "0", "now": "1"})
    assert "What a run would do" in page.text
    assert "Dry run, nothing was changed." in page.text
    assert ["gc/dry", pushed["digest"][7:19]] in [row[:2] for row in page.rows()]
    assert standing.ask("HEAD", f"/v2/gc/dry/manifests/{pushed['digest']}").status == 200


async def test_a_collection_frees_what_nothing_needs(visitor, standing):
    pushed = standing.push("gc/real", "", [b"r" * 50_000])
    before = standing.json("/v2/_homeport/usage")["blob_bytes"]
    page = await run(visitor, "collection", {"untagged": "0", "now": "1"})
    assert standing.ask("HEAD", f"/v2/gc/real/manifests/{pushed['digest']}").status == 404
    assert standing.json("/v2/_homeport/usage")["blob_bytes"] <= before - 50_000
    assert "freed: " in page.text
    assert "The last run" in page.text
    began, took, freed, said = page.rows(1)[0]
    assert "KiB" in freed
    assert "freed: " in said
    assert began
    assert took


async def test_the_page_after_a_run_says_what_came_of_it(visitor):
    page = await visitor.follow(await visitor.post(f"{BASE}/collection", {"dry_run": "1"}))
    assert any(text.startswith("Collection: ") for text in page.said())


async def test_retention_is_in_words(visitor):
    page = await visitor.get(f"{BASE}/retention")
    main = page.find("main")
    assert [each.text for each in main.find("ol").all("li")] == [
        "Of tags in keep/**, those stay that are called v* or were pushed last of all; the others go.",
        "Images without a tag in mirror/** go once nobody pushed or pulled them for 14 d.",
    ]


async def test_retention_says_why_each_tag_would_go_then_lets_it_go(visitor, standing):
    for tag in ("v1", "old", "new"):
        standing.push("keep/app", tag)
    page = await run(visitor, "retention", {"dry_run": "1"})
    [row] = page.rows()
    assert row[0] == "old"
    assert "1 tags were pushed later" in row[2]
    assert page.links["old"] == "/r/keep/app:old"
    assert standing.json("/v2/keep/app/tags/list")["tags"] == ["new", "old", "v1"]
    page = await run(visitor, "retention")
    assert standing.json("/v2/keep/app/tags/list")["tags"] == ["new", "v1"]
    assert "1 tag and 1 manifest went; 2 tags of the same repositories stayed." in page.text


async def test_a_scrub_names_what_has_rotted_and_who_needs_it(visitor, standing):
    pushed = standing.push("rot/app", "v1", [b"will rot" * 1000])
    manifest = standing.json(f"/v2/rot/app/manifests/{pushed['digest']}")
    digest = manifest["layers"][0]["digest"]
    await visitor.get(f"{BASE}/scrub")
    [file] = [
        path
        for path in (standing.stack.data / "registry").rglob("*")
        if path.is_file() and path.stat().st_size == 8000
    ]
    file.write_bytes(b"has rotted" * 800)
    page = await run(visitor, "scrub")
    assert "1 thing is damaged" in page.text
    assert page.rows()[0][0] == digest[7:19]
    assert page.links["rot/app"] == "/r/rot/app"
    assert "v1" in page.rows()[0][4]
    page = await visitor.get(BASE)
    assert "1 blob on the disk no longer has the bytes that were pushed" in page.text
    standing.push("rot/app", "v1", [b"will rot" * 1000])
    assert "none known" in (await visitor.get(BASE)).text


class Scrubbing:
    """A scrub that takes seconds, as it reads a large blob slowly; asked for by somebody else."""

    def __init__(self, standing):
        standing.push("slow/app", "v1", [b"s" * 160_000_000])
        self._ask = threading.Thread(
            target=standing.ask, args=("POST", "/v2/_homeport/scrub", b"{}")
        )
        self._ask.start()

    def end(self):
        self._ask.join()


async def test_what_another_person_started_is_shown_and_only_one_runs(visitor, standing):
    scrubbing = await asyncio.to_thread(Scrubbing, standing)
    try:
        async with asyncio.timeout(20):
            while "Under way" not in (page := await visitor.get(f"{BASE}/scrub")).text:
                await asyncio.sleep(0.02)
        assert "asked for by admin" in page.text
        assert "Scrub now" not in page.buttons()
        assert page.find("progress").attributes["aria-label"] == "Scrub"
        assert page.find("div", hx_get=f"{BASE}/scrub").attributes["hx-trigger"] == "every 1s"
        overview = await visitor.get(BASE)
        assert "Scrub under way" in overview.text
        assert overview.links["Watch it"] == f"{BASE}/scrub"
        refused = await visitor.post(f"{BASE}/scrub")
        assert refused.status == 409
        assert "A scrub is under way, asked for by admin." in refused.text
    finally:
        await asyncio.to_thread(scrubbing.end)
    page = await until_ended(visitor, "scrub")
    assert "Every byte is what was pushed." in page.text


async def test_while_it_runs_the_part_polls_and_its_end_is_said(visitor, standing):
    await asyncio.to_thread(standing.push, "slow/ours", "v1", [b"o" * 160_000_000])
    page = await visitor.follow(await visitor.post(f"{BASE}/scrub"))
    assert page.said() == ["Scrub: it has begun."]
    part = await visitor.get(f"{BASE}/scrub", is_part=True)
    assert not part.all("h1")
    assert part.all("progress")
    assert not part.all("div", hx_swap_oob="innerHTML:#told")
    async with asyncio.timeout(60):
        while (part := await visitor.get(f"{BASE}/scrub", is_part=True)).all("progress"):
            await asyncio.sleep(0.1)
    assert part.find("div", hx_swap_oob="innerHTML:#told").text.startswith("Scrub: Every byte")
    assert not part.all("div", hx_get=f"{BASE}/scrub")
    assert "Scrub now" in part.buttons()
    assert "asked for by admin" in part.text


async def test_another_console_shows_what_the_registry_remembers(visitor, standing):
    await run(visitor, "scrub")
    other = Visitor(Console(standing.options, clock.SystemClock()))
    await other.log_in(standings.ADMIN, standings.PASSWORD)
    page = await other.get(f"{BASE}/scrub")
    assert "The last run" in page.text
    assert "Every byte is what was pushed." in page.text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"untagged": "-1"}, "must be a whole number"),
        ({"untagged": "x"}, "must be a whole number"),
        ({"untagged": "9" * 400}, "must be a whole number"),
    ],
)
async def test_numbers_that_are_none(visitor, values, text):
    await visitor.get(f"{BASE}/collection")
    page = await visitor.post(f"{BASE}/collection", values)
    assert page.status == 400
    assert text in page.text


@pytest.mark.parametrize("place", ["", "/collection", "/retention", "/scrub"])
async def test_it_is_for_admins(writer, place):
    page = await writer.get(BASE + place)
    assert page.status == 403
    assert "This is for admins of the registry." in page.text
    assert "Space" not in page.links
    if place:
        assert (await writer.post(BASE + place)).status == 403


async def test_another_page_is_not_there(visitor):
    assert (await visitor.get(f"{BASE}/nonsense")).status == 404
    assert (await visitor.post(f"{BASE}/nonsense")).status == 404


async def test_without_the_token_nothing_runs(visitor):
    await visitor.get(BASE)
    visitor.token = "forged"
    assert (await visitor.post(f"{BASE}/scrub")).status == 403

"""The catalog before Homeport's own registry."""

import dataclasses
import urllib.parse

import pytest
from tests.console import standing as standings
from tests.console.visitor import Visitor


async def test_a_folder_has_the_sums_of_what_is_below_it(standing, visitor):
    standing.push("cat-sums/one", "v1", layers=[b"a" * 3000])
    standing.push("cat-sums/one", "v2", layers=[b"b" * 3000])
    standing.push("cat-sums/sub/two", "v1", layers=[b"c" * 5000])
    page = await visitor.get("/registry?prefix=cat-sums")
    assert page.status == 200, page.text
    names = [row[0] for row in page.rows()]
    assert names == ["one", "+ sub/ 1 repository"]
    assert [row[1] for row in page.rows()] == ["2", "1"]
    assert page.find("a", href="/registry?prefix=cat-sums%2Fsub")


async def test_a_folder_opens_in_place(standing, visitor):
    standing.push("cat-fold/sub/two")
    page = await visitor.get("/registry?prefix=cat-fold")
    button = page.find("button", data_fold="cat-fold/sub/")
    part = await visitor.get(button.attributes["hx-get"], is_part=True)
    assert not part.all("html")
    row = part.find("tr")
    assert row.attributes["data-under"] == "cat-fold/sub/"
    assert row.find("a").attributes["href"] == "/r/cat-fold/sub/two"


async def test_a_name_that_is_a_repository_and_a_folder(standing, visitor):
    standing.push("cat-both/x")
    standing.push("cat-both/x/y")
    page = await visitor.get("/registry?prefix=cat-both")
    assert [row[0] for row in page.rows()] == ["+ x/ 1 repository", "x"]


async def test_search_and_list_are_parts_for_htmx(standing, visitor):
    standing.push("cat-find/needle")
    part = await visitor.get("/registry?search=t-find/need", is_part=True)
    assert not part.all("html")
    assert [row[0] for row in part.rows()] == ["cat-find/needle"]
    totals = part.find("div", id="totals")
    assert totals.attributes["hx-swap-oob"] == "true", "it stands above the field"
    assert [each.text for each in totals.all("span", class_="value")][:2] == ["1", "1"]
    flat = await visitor.get("/registry?flat=1&prefix=cat-find")
    assert [row[0] for row in flat.rows()] == ["cat-find/needle"]


async def test_sorted_by_size(standing, visitor):
    for name, size in (("small", 1), ("large", 9), ("middle", 5)):
        standing.push(f"cat-sort/{name}", layers=[bytes([size]) * size * 2000])
    page = await visitor.get("/registry?prefix=cat-sort&sort=bytes&order=desc")
    assert [row[0] for row in page.rows()] == ["large", "middle", "small"]
    head = page.find("th", aria_sort="descending")
    assert head.text == "Size"


async def test_pages(standing, console, visitor):
    console._options = dataclasses.replace(console._options, page=2)
    for number in range(5):
        standing.push(f"cat-pages/r{number}", layers=[])
    page = await visitor.get("/registry?prefix=cat-pages")
    assert "1–2 of 5" in page.text
    page = await visitor.get(page.links["Next"])
    assert [row[0] for row in page.rows()] == ["r2", "r3"]
    page = await visitor.get(page.links["Previous"])
    assert [row[0] for row in page.rows()] == ["r0", "r1"]


@pytest.mark.parametrize("search", ["<script>alert(1)</script>", "'\"", "%00", "💥", "x" * 1024])
async def test_hostile_searches(visitor, search):
    page = await visitor.get("/registry?" + urllib.parse.urlencode({"search": search}))
    assert page.status == 200, page.text
    assert "No repository has this in its name." in page.text
    assert all("alert" not in str(each.parts) for each in page.all("script"))


@pytest.mark.parametrize("query", ["offset=-1", "offset=x", "offset=99999999999"])
async def test_offsets_that_are_none(visitor, query):
    page = await visitor.get(f"/registry?{query}")
    assert page.status == 400
    assert "offset must be a whole number" in page.text


async def test_a_reader_sees_what_they_may_pull(standing, reader):
    standing.push("cat-read/app")
    page = await reader.get("/registry?prefix=cat-read")
    assert [row[0] for row in page.rows()] == ["app"]


async def test_who_may_push_nothing_is_not_told_how(standing, console):
    standings.add_user(standing.stack, "catalog-nobody")
    nobody = Visitor(console)
    await nobody.log_in("catalog-nobody", standings.PASSWORD)
    page = await nobody.get("/registry")
    assert "There is nothing that you may see here." in page.text
    assert "registry.rules" in page.text
    assert "push IMAGE" not in page.text
    assert not page.all("div", class_="commands")


async def test_looking_is_no_pull(standing, visitor):
    standing.push("cat-look/app", "v1")
    await visitor.get("/r/cat-look/app:v1")
    await visitor.get("/r/cat-look/app:v1?view=raw")
    standing.ask("GET", "/v2/cat-look/app/manifests/v1")
    events = standing.json("/v2/_homeport/events?after=0&n=1000")["events"]
    seen = [each for each in events if each["repository"] == "cat-look/app"]
    assert [each["action"] for each in seen if each["kind"] == "manifest"] == ["push", "pull"]

"""Folders and objects, page by page."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.console.cloud.s3.hostile import HOSTILE
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.cloud.s3 import keys
from homeport.console.console import Console


def shown(page):
    """The names of a page's rows."""
    return [row[1] for row in page.rows()]


async def test_folders_and_objects(visitor, make):
    bucket = make("b", "a/1", "a/2/3", "c/", body=b"x" * 2048)
    page = await visitor.get(f"/s3/{bucket}")
    assert shown(page) == ["a/", "b", "c/"]
    assert page.rows()[1][2:4] == ["2.00 KiB", "STANDARD"]
    page = await visitor.get(page.links["a/"])
    assert shown(page) == ["1", "2/"]
    page = await visitor.get(f"/s3/{bucket}?prefix=c/")
    assert shown(page) == ["(the folder itself)"]


async def test_search_by_the_beginning_of_names(visitor, make):
    bucket = make("d/alpha", "d/beta", "d/alto/1")
    page = await visitor.get(f"/s3/{bucket}?prefix=d/&search=al", is_part=True)
    assert shown(page) == ["alpha", "alto/"]
    assert page.all("h1") == []
    page = await visitor.get(f"/s3/{bucket}?prefix=d/&search=zz")
    assert "No name begins with “zz” here." in page.text


async def test_an_empty_bucket_says_what_to_do(visitor, make):
    bucket = make()
    page = await visitor.get(f"/s3/{bucket}")
    assert "There is nothing here yet." in page.text
    assert f"aws s3 cp FILE s3://{bucket}/" in page.text


async def test_pages_both_ways(visitor, make, s3):
    bucket = make()
    for number in range(230):
        s3.put_object(Bucket=bucket, Key=f"k{number:03}/x", Body=b"")
    first = await visitor.get(f"/s3/{bucket}")
    second = await visitor.get(first.find("a", rel="next").attributes["href"])
    third = await visitor.get(second.find("a", rel="next").attributes["href"])
    assert [*shown(first), *shown(second), *shown(third)] == [f"k{n:03}/" for n in range(230)]
    assert third.all("a", rel="next") == []
    back = await visitor.get(third.find("a", rel="prev").attributes["href"])
    assert shown(back) == shown(second)
    back = await visitor.get(back.find("a", rel="prev").attributes["href"])
    assert shown(back) == shown(first)
    assert back.all("a", rel="prev") == []


async def test_a_page_by_its_link_alone_leads_to_the_first(visitor, make):
    bucket = make(*(f"k{n:03}" for n in range(3)))
    page = await visitor.get(f"/s3/{bucket}?after=k000")
    assert shown(page) == ["k001", "k002"]
    assert page.links["First page"] == f"/s3/{bucket}"
    assert page.all("a", rel="prev") == []


@pytest.fixture
async def narrow(standing):
    """Somebody whose pages have ten rows."""
    options = dataclasses.replace(standing.options, page=10)
    console = Console(options, clock.SystemClock())
    made = Visitor(console)
    await made.log_in("admin", "a password for tests")
    yield made
    await console.close()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sets(st.text("ab/é\U0010ffff", min_size=1, max_size=4), min_size=1, max_size=40))
async def test_all_pages_together_are_the_listing(narrow, make, s3, chosen):
    """Whatever the keys are, each folder and object of a folder is shown once, in S3's order."""
    bucket = make(*chosen)
    answer = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    wanted = sorted(
        [each["Key"] for each in answer.get("Contents", [])]
        + [each["Prefix"] for each in answer.get("CommonPrefixes", [])],
        key=lambda key: key.encode(),
    )
    found, location = [], f"/s3/{bucket}"
    while location:
        page = await narrow.get(location)
        found += [
            keys.decoded(each.attributes["value"]) for each in page.find("tbody").all("input")
        ]
        following = page.all("a", rel="next")
        location = following[0].attributes["href"] if following else ""
    assert found == wanted


@pytest.mark.parametrize("key", HOSTILE)
async def test_a_hostile_key_is_reached_from_the_bucket(visitor, make, s3, key):
    bucket = make(key, body=b"found it", ContentType="text/plain")
    page = await visitor.get(f"/s3/{bucket}")
    while page.find("tbody").all("strong"):
        page = await visitor.get(page.find("tbody").find("a").attributes["href"])
    page = await visitor.get(page.find("tbody").find("a").attributes["href"])
    assert page.status == 200
    assert page.find("pre").raw == "found it"
    assert all("src" in each.attributes for each in page.all("script"))
    assert page.all("img") == []
    sent = await visitor.send("GET", page.links["Download"])
    assert b"".join([piece async for piece in sent.body]) == b"found it"


async def test_counting(visitor, make):
    bucket = make("a/1", "a/2", "b", body=b"x" * 1000)
    page = await visitor.get(f"/s3/{bucket}/count?prefix=a/", is_part=True)
    assert page.text == "2 objects, 1.95 KiB"


async def test_a_folder_is_made(visitor, make, names):
    bucket = make("a/1")
    await visitor.get(f"/s3/{bucket}?prefix=a/")
    made = await visitor.post(f"/s3/{bucket}/folders", {"name": "new & odd", "prefix": "a%2F"})
    assert names(bucket) == ["a/1", "a/new & odd/"]
    page = await visitor.follow(made)
    assert page.said() == ["The folder new & odd was made."]
    assert shown(page) == ["(the folder itself)"]


async def test_a_reader_has_nothing_to_tick(reader, make):
    page = await reader.get(f"/s3/{make('a')}")
    assert page.all("input", type="checkbox") == []
    assert page.all("div", class_="drop") == []
    assert "Delete…" not in page.buttons()


@pytest.fixture
def shed(make, s3):
    """A bucket that keeps versions, and from which objects and a whole folder were deleted."""
    bucket = make("a", "b", "gone", "old/1", "there/1", "there/2", versions=True)
    s3.put_object(Bucket=bucket, Key="a", Body=b"newer")
    for key in ("gone", "old/1", "there/2"):
        s3.delete_object(Bucket=bucket, Key=key)
    return bucket


async def test_what_was_deleted_is_shown_where_asked_for(visitor, shed):
    page = await visitor.get(f"/s3/{shed}")
    assert shown(page) == ["a", "b", "there/"]
    assert page.all("input", name="deleted")
    page = await visitor.get(f"/s3/{shed}?deleted=1")
    assert shown(page) == ["a", "b", "gone deleted", "old/", "there/"]
    assert len(page.find("tbody").all("input")) == 4
    gone = await visitor.get(page.links["gone"])
    assert "Deleting the marker brings back what was there." in gone.text
    inside = await visitor.get(page.links["there/"])
    assert shown(inside) == ["1", "2 deleted"]
    assert shown(await visitor.get(inside.links[shed])) == shown(page)


async def test_search_among_what_was_deleted(visitor, shed):
    page = await visitor.get(f"/s3/{shed}?deleted=1")
    search = page.find("input", id="f-search").attributes["hx-get"]
    page = await visitor.get(f"{search}&search=g", is_part=True)
    assert shown(page) == ["gone deleted"]


async def test_without_versions_nothing_deleted_is_offered(visitor, make):
    page = await visitor.get(f"/s3/{make('a')}")
    assert page.all("input", name="deleted") == []


async def test_pages_of_what_was_deleted(narrow, make, s3):
    """Each key once, however many versions it has and wherever a page ends."""
    bucket = make(*(f"k{n:02}" for n in range(24)), "f/1", "f/2", versions=True)
    for _ in range(12):
        s3.put_object(Bucket=bucket, Key="k05", Body=b"")
    for number in range(0, 24, 2):
        s3.delete_object(Bucket=bucket, Key=f"k{number:02}")
    found, location = [], f"/s3/{bucket}?deleted=1"
    while location:
        page = await narrow.get(location)
        found += [name.removesuffix(" deleted") for name in shown(page)]
        following = page.all("a", rel="next")
        location = following[0].attributes["href"] if following else ""
    assert found == ["f/", *(f"k{n:02}" for n in range(24))]


async def test_a_key_of_many_versions_ends_no_listing(visitor, make, s3, monkeypatch):
    monkeypatch.setattr("homeport.console.cloud.s3.listing.READS", 1)
    bucket = make("a", "b", versions=True)
    for _ in range(1005):
        s3.put_object(Bucket=bucket, Key="a", Body=b"")
    page = await visitor.get(f"/s3/{bucket}?deleted=1")
    assert shown(page) == ["a"]
    page = await visitor.get(page.find("a", rel="next").attributes["href"])
    assert shown(page) == ["b"]

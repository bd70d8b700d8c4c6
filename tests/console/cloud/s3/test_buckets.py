"""Buckets: looked through, made, deleted."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from tests.console.visitor import Visitor


async def test_a_bucket_is_made_and_shown(visitor, s3):
    await visitor.get("/s3")
    made = await visitor.post(
        "/s3", {"name": "made-here", "region": "eu-west-1", "versioning": "1"}
    )
    assert made.location == "/s3/made-here"
    page = await visitor.follow(made)
    assert page.said() == ["The bucket made-here was made."]
    assert s3.get_bucket_location(Bucket="made-here")["LocationConstraint"] == "eu-west-1"
    assert s3.get_bucket_versioning(Bucket="made-here")["Status"] == "Enabled"
    page = await visitor.get("/s3?search=MADE-here")
    assert [row[:2] for row in page.rows()] == [["made-here", "eu-west-1"]]
    state = await visitor.get("/s3/made-here/state", is_part=True)
    assert state.text == "versions"


async def test_a_bucket_in_another_region_than_the_chosen_one(visitor, s3):
    made = await visitor.post(
        "/in/000000000000/eu-central-1/s3", {"name": "made-in-us", "region": "us-east-1"}
    )
    assert made.location == "/in/000000000000/eu-central-1/s3/made-in-us"
    assert s3.get_bucket_location(Bucket="made-in-us").get("LocationConstraint") is None


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "NO"}, "The specified bucket is not valid"),
        ({"name": ""}, "The name is missing."),
        ({"name": "ok-but", "region": "../x"}, "no region"),
        ({"name": "with-lock", "lock": "1"}, "AWS calls this NotImplemented"),
    ],
)
async def test_what_is_refused_is_said(visitor, s3, form, words):
    await visitor.get("/s3")
    page = await visitor.post("/s3", form)
    assert page.status in {400, 502}
    assert words in page.text
    assert form["name"] not in {each["Name"] for each in s3.list_buckets()["Buckets"]}


async def test_an_empty_bucket_is_deleted(visitor, s3, make):
    bucket = make()
    await visitor.get(f"/s3/{bucket}/settings")
    page = await visitor.follow(await visitor.post(f"/s3/{bucket}/delete"))
    assert page.said() == [f"The bucket {bucket} was deleted."]
    with pytest.raises(ClientError):
        s3.head_bucket(Bucket=bucket)


async def test_one_with_objects_is_not(visitor, make, names):
    bucket = make("a")
    await visitor.get("/s3")
    page = await visitor.post(f"/s3/{bucket}/delete")
    assert page.status == 409
    assert "BucketNotEmpty" in page.text
    assert names(bucket) == ["a"]


async def test_buckets_of_another_account(visitor, make):
    bucket = make()
    page = await visitor.get("/in/444444444444/us-east-1/s3")
    assert bucket not in page.text
    assert "There is no bucket yet." in page.text
    page = await visitor.get("/s3")
    assert bucket in page.text


async def test_pages_of_buckets(visitor, standing):
    client = standing.client("s3")
    for number in range(105):
        client.create_bucket(Bucket=f"paged-{number:03}")
    page = await visitor.get("/s3?search=paged-")
    assert len(page.rows()) == 100
    page = await visitor.get(page.find("a", rel="next").attributes["href"])
    assert [row[0] for row in page.rows()] == [f"paged-{each}" for each in range(100, 105)]
    assert page.find("a", rel="prev").attributes["href"] == "/s3?search=paged-"


async def test_a_reader_changes_nothing(reader, s3, make):
    bucket = make("a")
    page = await reader.get("/s3")
    assert "Make bucket" not in page.buttons()
    for path, form in [
        ("/s3", {"name": "by-reader"}),
        (f"/s3/{bucket}/delete", {}),
        (f"/s3/{bucket}/folders", {"name": "f"}),
        (f"/s3/{bucket}/ask", {"key": "a"}),
        (f"/s3/{bucket}/removals", {"key": "a"}),
        (f"/s3/{bucket}/settings/versioning", {"status": "Enabled"}),
        (f"/s3/{bucket}/settings/policy", {"value": ""}),
        (f"/s3/{bucket}/settings/tags", {"tags": ""}),
        (f"/s3/{bucket}/object/delete?key=a", {}),
        (f"/s3/{bucket}/object/tags?key=a", {"tags": "a=b"}),
        (f"/s3/{bucket}/object/metadata?key=a", {}),
        (f"/s3/{bucket}/object/copy?key=a", {"to": "b"}),
        (f"/s3/{bucket}/object/restore?key=a&version=null", {}),
    ]:
        page = await reader.post(path, form)
        assert page.status == 403, path
        assert "You may look at the local AWS, not change it." in page.text
    assert "by-reader" not in {each["Name"] for each in s3.list_buckets()["Buckets"]}


async def test_a_writer_may(writer):
    await writer.get("/s3")
    assert (await writer.post("/s3", {"name": "by-writer"})).location == "/s3/by-writer"


async def test_without_the_token_nothing_is_changed(visitor, s3):
    await visitor.get("/s3")
    visitor.token = ""
    page = await visitor.post("/s3", {"name": "forged"})
    assert page.status == 403
    assert "forged" not in {each["Name"] for each in s3.list_buckets()["Buckets"]}


async def test_nobody_sees_anything_without_a_login(console):
    for path in ("/s3", "/s3/b", "/s3/b/object?key=k", "/s3/b/object/download?key=k"):
        assert (await Visitor(console).get(path)).status == 303


async def test_a_bucket_that_is_not_there(visitor):
    for path in ("/s3/nowhere", "/s3/nowhere/settings", "/s3/nowhere/empty", "/s3/nowhere/state"):
        page = await visitor.get(path)
        assert page.status == 404, path
        assert "NoSuchBucket" in page.text


@pytest.mark.parametrize("name", ["..", "%2e%2e%2f", "a b", "%00", "x" * 300, "☃"])
async def test_a_name_that_no_bucket_has(visitor, name):
    page = await visitor.get(f"/s3/{name}")
    assert page.status in {400, 404}
    assert page.all("div", class_="trouble")

"""Deletes of several objects, of folders, of all."""

from __future__ import annotations

import asyncio

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.console.cloud.s3.hostile import HOSTILE

from homeport.console.cloud.s3 import keys


def coded(*names):
    return [keys.encoded(each) for each in names]


async def question(visitor, bucket, **form):
    await visitor.get(f"/s3/{bucket}")
    return await visitor.post(f"/s3/{bucket}/ask", form)


async def answer(visitor, bucket, page, **more):
    """Answers the question as the page's form does."""
    form = page.find("form", action=f"/s3/{bucket}/removals")
    fields = {}
    for each in form.all("input"):
        if each.attributes.get("type") == "hidden":
            fields.setdefault(each.attributes["name"], []).append(each.attributes["value"])
    fields.pop("csrf")
    done = await visitor.post(f"/s3/{bucket}/removals", {**fields, **more})
    return await visitor.follow(done)


async def test_several_are_counted_asked_and_deleted(visitor, make, names):
    bucket = make("a", "b", "f/1", "f/2", "g/1", body=b"x" * 100)
    page = await question(visitor, bucket, key=coded("a"), below=coded("f/"))
    assert page.find("h1").text == "Delete 3 objects?"
    assert "f/ with all below it" in page.text
    assert names(bucket) == ["a", "b", "f/1", "f/2", "g/1"]
    page = await answer(visitor, bucket, page)
    assert page.said() == ["3 objects were deleted."]
    assert names(bucket) == ["b", "g/1"]


async def test_back_to_the_folder_that_it_came_from(visitor, make):
    bucket = make("f/1", "f/2")
    page = await question(visitor, bucket, key=coded("f/1"), prefix="f%2F")
    page = await answer(visitor, bucket, page)
    assert [row[1] for row in page.rows()] == ["2"]


async def test_nothing_chosen(visitor, make):
    page = await question(visitor, make("a"))
    assert page.status == 400
    assert "Tick what is to go." in page.text


async def test_hostile_keys(visitor, make, names):
    bucket = make(*HOSTILE, "stays")
    page = await question(visitor, bucket, key=coded(*HOSTILE))
    await answer(visitor, bucket, page)
    assert names(bucket) == ["stays"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.text("ab/\n", min_size=1, max_size=3), st.booleans()), min_size=1, max_size=25
    ),
    st.sets(st.text("ab/\n", min_size=1, max_size=3), max_size=3),
    st.sets(st.text("ab/\n", min_size=1, max_size=2), max_size=2),
    st.booleans(),
)
async def test_just_what_was_chosen_goes(visitor, make, s3, history, singles, prefixes, whole):
    """After any history of puts and deletes: with all versions, or the live ones alone."""
    if not singles and not prefixes:
        return
    bucket = make(versions=True)
    for key, is_put in history:
        if is_put:
            s3.put_object(Bucket=bucket, Key=key, Body=b"")
        else:
            s3.delete_object(Bucket=bucket, Key=key)
    before = _all(s3, bucket)
    form = {"key": coded(*singles), "below": coded(*prefixes)}
    if whole:
        form["versions"] = "1"
    await visitor.get("/s3")
    await visitor.follow(await visitor.post(f"/s3/{bucket}/removals", form))

    def is_chosen(key):
        return key in singles or any(key.startswith(each) for each in prefixes)

    after = _all(s3, bucket)
    if whole:
        assert after == {each for each in before if not is_chosen(each[0])}
    else:
        assert before <= after
        live = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        assert not any(is_chosen(each["Key"]) for each in live)


def _all(s3, bucket):
    found = s3.list_object_versions(Bucket=bucket)
    return {
        (each["Key"], each["VersionId"])
        for each in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
    }


async def test_a_bucket_with_versions_says_so(visitor, make, s3):
    bucket = make("a", versions=True)
    page = await question(visitor, bucket, key=coded("a"))
    assert "a delete marker is put in the place of each object" in page.text
    await answer(visitor, bucket, page, versions="1")
    assert _all(s3, bucket) == set()


async def test_a_bucket_is_emptied_and_deleted(visitor, make, s3):
    bucket = make("a", "b/c", versions=True)
    s3.put_object(Bucket=bucket, Key="a", Body=b"2")
    s3.delete_object(Bucket=bucket, Key="b/c")
    page = await visitor.get(f"/s3/{bucket}/empty")
    assert "4 objects with 3 B would go" in page.text
    page = await answer(visitor, bucket, page, what="bucket", confirm=bucket)
    assert page.said() == [f"The bucket {bucket} was deleted, with 4 objects."]
    with pytest.raises(ClientError):
        s3.head_bucket(Bucket=bucket)


async def test_a_bucket_is_emptied_and_stays(visitor, make, s3):
    bucket = make("a", versions=True)
    page = await visitor.get(f"/s3/{bucket}/empty")
    await answer(visitor, bucket, page, what="all", confirm=bucket)
    assert _all(s3, bucket) == set()


@pytest.mark.parametrize("confirm", ["", "wrong"])
async def test_without_the_name_nothing_goes(visitor, make, names, confirm):
    bucket = make("a")
    await visitor.get("/s3")
    page = await visitor.post(f"/s3/{bucket}/removals", {"what": "bucket", "confirm": confirm})
    assert page.status == 400
    assert "nothing was deleted" in page.text
    assert names(bucket) == ["a"]


async def test_a_long_one_tells_how_far_it_is(visitor, make, s3, names, monkeypatch):
    bucket = make(*(f"k{n:04}" for n in range(1200)))
    monkeypatch.setattr("homeport.console.cloud.s3.removing.PATIENCE_S", 0.0)
    page = await visitor.get(f"/s3/{bucket}/empty")
    page = await answer(visitor, bucket, page, what="all", confirm=bucket)
    assert page.find("h1").text == f"Deleting from {bucket}"
    address = page.find("form", action=page.all("form")[-1].attributes["action"])
    assert address.attributes["action"].endswith("/stop")
    location = address.attributes["action"].removesuffix("/stop")
    async with asyncio.timeout(30):
        while True:
            page = await visitor.get(location, is_part=True)
            if "That is all." in page.text:
                break
            await asyncio.sleep(0.05)
    assert "1,200 of 1,200 deleted" in page.text
    assert names(bucket) == []


async def test_one_that_is_refused_says_why(visitor, make, s3):
    bucket = make("a")
    await visitor.get("/s3")
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_bucket(Bucket=bucket)
    page = await visitor.follow(await visitor.post(f"/s3/{bucket}/removals", {"below": coded("a")}))
    assert "It ended too early." in page.text
    assert "NoSuchBucket" in page.text


async def test_the_removal_of_another_login_is_not_shown(visitor, writer, make):
    bucket = make("a")
    await visitor.get("/s3")
    assert (await writer.get(f"/s3/{bucket}/removals/nothing")).status == 404

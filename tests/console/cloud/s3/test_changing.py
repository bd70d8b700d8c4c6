"""What is changed of one object."""

from __future__ import annotations

import pytest
from tests.console.cloud.s3.hostile import HOSTILE

from homeport.console.cloud.s3 import keys


async def post(visitor, bucket, key, action, form=None, version=""):
    await visitor.get("/s3")
    return await visitor.post(keys.object_(bucket, key, action, version), form or {})


async def test_tags(visitor, make, s3):
    bucket = make("k")
    done = await post(visitor, bucket, "k", "tags", {"tags": "team = blue\n\nsize=1=2\n"})
    assert (await visitor.follow(done)).said() == ["The tags were saved."]
    found = s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]
    assert {each["Key"]: each["Value"] for each in found} == {"team": "blue", "size": "1=2"}
    page = await visitor.get(f"/s3/{bucket}/object?key=k&view=change")
    assert "team=blue" in page.find("textarea", name="tags").raw
    assert "size=1=2" in page.find("textarea", name="tags").raw


async def test_a_line_that_is_no_tag_is_named(visitor, make):
    page = await post(visitor, make("k"), "k", "tags", {"tags": "a=b\n<i>wrong</i>"})
    assert page.status == 400
    assert "Line 2 is not NAME=VALUE: <i>wrong</i>" in page.text
    assert page.all("i") == []


async def test_metadata(visitor, make, s3):
    bucket = make("k", body=b"the body", Metadata={"old": "1"}, Tagging="team=blue")
    page = await visitor.get(f"/s3/{bucket}/object?key=k&view=change")
    form = page.form(f"/s3/{bucket}/object/metadata?key=k")
    assert "old: 1" in form["metadata"]
    form |= {"type": "text/csv", "cache": "no-store", "metadata": "New: a: b\n"}
    await post(visitor, bucket, "k", "metadata", form)
    found = s3.get_object(Bucket=bucket, Key="k")
    assert (found["ContentType"], found["CacheControl"]) == ("text/csv", "no-store")
    assert (found["Metadata"], found["Body"].read()) == ({"new": "a: b"}, b"the body")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]


async def test_nobodys_change_is_lost(visitor, make, s3):
    bucket = make("k", body=b"1")
    page = await visitor.get(f"/s3/{bucket}/object?key=k&view=change")
    form = page.form(f"/s3/{bucket}/object/metadata?key=k")
    s3.put_object(Bucket=bucket, Key="k", Body=b"2", ContentType="a/b")
    page = await post(visitor, bucket, "k", "metadata", form)
    assert page.status == 409
    assert "changed since the page was loaded" in page.text
    assert s3.head_object(Bucket=bucket, Key="k")["ContentType"] == "a/b"


async def test_a_copy_and_a_move(visitor, make, names, s3):
    bucket, other = make("a", body=b"1", ContentType="x/y"), make()
    done = await post(visitor, bucket, "a", "copy", {"bucket": other, "to": "f/b", "what": "copy"})
    assert done.location == f"/s3/{other}/object?key=f%2Fb"
    assert (names(bucket), names(other)) == (["a"], ["f/b"])
    assert s3.head_object(Bucket=other, Key="f/b")["ContentType"] == "x/y"
    await post(visitor, bucket, "a", "copy", {"bucket": bucket, "to": "c", "what": "move"})
    assert names(bucket) == ["c"]


@pytest.mark.parametrize("key", HOSTILE)
async def test_a_hostile_key_is_renamed_there_and_back(visitor, make, names, key):
    bucket = make(key)
    await post(visitor, bucket, key, "copy", {"bucket": bucket, "to": "plain", "what": "move"})
    assert names(bucket) == ["plain"]
    form = {"bucket": bucket, "to": keys.encoded(key), "is_encoded": "1", "what": "move"}
    await post(visitor, bucket, "plain", "copy", form)
    assert names(bucket) == [key]


async def test_another_object_is_replaced_only_where_that_is_said(visitor, make, s3):
    bucket = make("a", "b", body=b"1")
    s3.put_object(Bucket=bucket, Key="b", Body=b"2")
    form = {"bucket": bucket, "to": "b", "what": "move"}
    page = await post(visitor, bucket, "a", "copy", form)
    assert page.status == 409
    assert s3.get_object(Bucket=bucket, Key="b")["Body"].read() == b"2"
    await post(visitor, bucket, "a", "copy", {**form, "overwrite": "1"})
    assert s3.get_object(Bucket=bucket, Key="b")["Body"].read() == b"1"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"to": "k"}, "This is where it is already."),
        ({"to": ""}, "The new key is missing."),
        ({"to": "k" * 1025}, "KeyTooLong"),
        ({"to": "x", "bucket": "nowhere-at-all"}, "NoSuchBucket"),
    ],
)
async def test_copies_that_cannot_be(visitor, make, names, form, words):
    bucket = make("k")
    page = await post(visitor, bucket, "k", "copy", {"what": "move", "overwrite": "1", **form})
    assert page.status in {400, 404}
    assert words in page.text
    assert names(bucket) == ["k"]


async def test_an_old_version_is_restored(visitor, make, s3):
    bucket = make(versions=True)
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"2")
    page = await visitor.follow(await post(visitor, bucket, "k", "restore", version=first))
    assert page.said() == ["The version is the newest one now."]
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"
    assert len(page.rows()) == 3


async def test_deleting_a_delete_marker_brings_it_back(visitor, make, s3):
    bucket = make("k", versions=True)
    marker = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    done = await post(visitor, bucket, "k", "delete", version=marker)
    assert (await visitor.follow(done)).said() == ["The version was deleted."]
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


async def test_it_is_deleted(visitor, make, names):
    bucket = make("f/a", "f/b")
    page = await visitor.follow(await post(visitor, bucket, "f/a", "delete"))
    assert page.said() == ["f/a was deleted."]
    assert [row[1] for row in page.rows()] == ["b"]
    assert names(bucket) == ["f/b"]


@pytest.mark.parametrize("text", ["näme: x", "no colon", ": x", "a b: c"])
async def test_metadata_that_no_header_can_be(visitor, make, text):
    bucket = make("k")
    page = await visitor.get(f"/s3/{bucket}/object?key=k&view=change")
    form = page.form(f"/s3/{bucket}/object/metadata?key=k") | {"metadata": text}
    page = await post(visitor, bucket, "k", "metadata", form)
    assert page.status == 400
    assert page.all("div", class_="trouble")

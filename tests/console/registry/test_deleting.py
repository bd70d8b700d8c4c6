"""Deleting: a page says first what goes, then it goes."""

import pytest

ADDRESS = "/registry/delete"


def _tags(standing, name):
    answer = standing.ask("GET", f"/v2/{name}/tags/list")
    return answer.json()["tags"] if answer.status == 200 else None


async def _ask_and_do(visitor, query):
    page = await visitor.get(f"{ADDRESS}?{query}")
    assert page.status == 200, page.text
    return page, await visitor.post(ADDRESS, page.form(ADDRESS))


async def test_a_tag_goes_alone(standing, visitor):
    standing.push("del-tag/app", "v1", [b"x"])
    standing.push("del-tag/app", "same", [b"x"])
    page, done = await _ask_and_do(visitor, "repository=del-tag/app&tag=v1")
    assert "Delete del-tag/app:v1?" in page.text
    assert "These tags name the same, and stay same" in page.text
    freed = [each.text for each in page.all("div", class_="figure")]
    assert "Freed by the next collections0 B" in freed
    assert _tags(standing, "del-tag/app") == ["same"]
    assert (await visitor.follow(done)).said() == ["del-tag/app:v1 was deleted."]


async def test_what_is_freed_is_told(standing, visitor):
    standing.push("del-freed/app", "v1", [b"y" * 50_000])
    page = await visitor.get(f"{ADDRESS}?repository=del-freed/app&all=1")
    assert "KiB" in page.text
    assert "Type del-freed/app to delete all of it" in page.text


async def test_several_tags(standing, visitor):
    for tag in ("v1", "v2", "v3"):
        standing.push("del-some/app", tag)
    page = await visitor.get(f"{ADDRESS}?repository=del-some/app&tag=v1&tag=v3")
    assert "Delete 2 tags of del-some/app?" in page.text
    tags = [each.attributes["value"] for each in page.all("input", name_="tag")]
    done = await visitor.post(ADDRESS, {"repository": "del-some/app", "tag": tags})
    assert _tags(standing, "del-some/app") == ["v2"]
    assert "2 tags of del-some/app were deleted." in (await visitor.follow(done)).said()


async def test_a_manifest_goes_with_its_tags(standing, visitor):
    image = standing.push("del-digest/app", "v1", [b"z"])
    standing.push("del-digest/app", "also", [b"z"])
    page, done = await _ask_and_do(visitor, f"repository=del-digest/app&digest={image['digest']}")
    assert "also names the same manifest" in page.text
    assert not _tags(standing, "del-digest/app")
    assert done.status == 303


async def test_a_repository_goes_when_its_name_is_typed(standing, visitor):
    standing.push("del-whole/app", "v1")
    page = await visitor.get(f"{ADDRESS}?repository=del-whole/app&all=1")
    fields = page.form(ADDRESS)
    refused = await visitor.post(ADDRESS, {**fields, "confirm": "del-whole"})
    assert refused.status == 400
    assert _tags(standing, "del-whole/app") == ["v1"]
    done = await visitor.post(ADDRESS, {**fields, "confirm": "del-whole/app"})
    assert done.location == "/registry"
    assert not _tags(standing, "del-whole/app")


async def test_a_get_deletes_nothing(standing, visitor):
    standing.push("del-get/app", "v1")
    await visitor.get(f"{ADDRESS}?repository=del-get/app&tag=v1&confirm=del-get/app")
    assert _tags(standing, "del-get/app") == ["v1"]


async def test_who_may_not_delete_is_refused(standing, reader):
    standing.push("del-reader/app", "v1")
    page = await reader.get(f"{ADDRESS}?repository=del-reader/app&tag=v1")
    assert page.status == 403
    assert "You may not delete anything in del-reader/app." in page.text
    await reader.get("/r/del-reader/app")
    page = await reader.post(ADDRESS, {"repository": "del-reader/app", "tag": "v1"})
    assert page.status == 403
    assert _tags(standing, "del-reader/app") == ["v1"]


async def test_without_the_token_of_a_page_nothing_goes(standing, visitor):
    standing.push("del-csrf/app", "v1")
    visitor.token = "forged"
    page = await visitor.post(ADDRESS, {"repository": "del-csrf/app", "tag": "v1"})
    assert page.status == 403
    assert _tags(standing, "del-csrf/app") == ["v1"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("repository=del-bad/app", "Nothing was chosen."),
        ("repository=<b>&tag=v1", "That is no name of a repository."),
        ("repository=del-bad/app&tag=<b>", "neither a tag nor a digest"),
        ("repository=del-bad/app&digest=sha256:1", "neither a tag nor a digest"),
        ("repository=del-bad/app" + "".join(f"&tag=t{n}" for n in range(101)), "too many at once"),
        ("tag=v1", "The repository is missing."),
    ],
)
async def test_what_is_nothing(visitor, query, said):
    page = await visitor.get(f"{ADDRESS}?{query}")
    assert page.status in {400, 404}
    assert said in page.text


async def test_what_is_not_there(standing, visitor):
    standing.push("del-none/app", "v1")
    page = await visitor.get(f"{ADDRESS}?repository=del-none/app&tag=v9")
    assert page.status == 404
    page = await visitor.get(f"{ADDRESS}?repository=del-none/other&tag=v9")
    assert page.status == 404

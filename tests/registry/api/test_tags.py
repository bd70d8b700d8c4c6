"""Lists: in the order of their bytes, page by page."""

import pytest

from homeport.registry.api import tags
from homeport.registry.store import repositories

TAGS = ["v10", "v2", "B", "a", "_x", "v1.0"]
SORTED = sorted(TAGS)


@pytest.fixture
async def tagged(home):
    for tag in TAGS:
        await home.push_image("a/b", tag)
    return home


async def test_all_tags(tagged):
    answer = await tagged.ask("GET", "/v2/a/b/tags/list")
    assert answer.json == {"name": "a/b", "tags": SORTED}
    assert "Link" not in answer.headers


@pytest.mark.parametrize("size", [1, 2, 4, 5])
async def test_walk_by_pages(tagged, size):
    target, found = f"/v2/a/b/tags/list?n={size}", []
    while target:
        answer = await tagged.ask("GET", target)
        assert len(answer.json["tags"]) <= size
        found += answer.json["tags"]
        link = answer.headers.get("Link")
        target = link and link.removeprefix("<").removesuffix('>; rel="next"')
    assert found == SORTED


@pytest.mark.parametrize(
    ("query", "tags"),
    [
        ("n=0", []),
        ("n=6", SORTED),
        ("n=99999999999999999999", SORTED),
        ("last=_x", SORTED[2:]),
        ("last=between", SORTED[3:]),
        ("last=zz", []),
        ("last=B&n=1", SORTED[1:2]),
    ],
)
async def test_pages_without_a_next_one(tagged, query, tags):
    answer = await tagged.ask("GET", f"/v2/a/b/tags/list?{query}")
    assert answer.json["tags"] == tags
    assert ("Link" in answer.headers) == (query == "last=B&n=1")


@pytest.mark.parametrize("number", ["-1", "x", "", "1.5", "٣"])
@pytest.mark.parametrize("path", ["/v2/a/b/tags/list", "/v2/_catalog"])
async def test_bad_number(tagged, path, number):
    answer = await tagged.ask("GET", f"{path}?n={number}")
    assert (answer.status, answer.code) == (400, "PAGINATION_NUMBER_INVALID")


async def test_unknown_repository(home):
    answer = await home.ask("GET", "/v2/nobody/tags/list")
    assert (answer.status, answer.code) == (404, "NAME_UNKNOWN")


async def test_repository_without_a_manifest_has_no_tags_and_is_not_in_the_catalog(home):
    await home.push_blob("a/b", b"x")
    assert (await home.ask("GET", "/v2/a/b/tags/list")).json["tags"] == []
    assert (await home.ask("GET", "/v2/_catalog")).json == {"repositories": []}


async def test_catalog(home):
    for name in ("b/c", "a", "b", "a-b"):
        await home.push_image(name, "v1")
    first = await home.ask("GET", "/v2/_catalog?n=3")
    assert first.json == {"repositories": ["a", "a-b", "b"]}
    assert first.headers["Link"] == '</v2/_catalog?last=b&n=3>; rel="next"'
    assert (await home.ask("GET", "/v2/_catalog?last=b&n=3")).json == {"repositories": ["b/c"]}


async def test_emptied_repository_leaves_the_catalog(home, tools):
    digest = await home.push_image("a/b", "v1")
    await home.ask("DELETE", f"/v2/a/b/manifests/{digest}")
    assert (await home.ask("GET", "/v2/_catalog")).json == {"repositories": []}
    await home.ask("DELETE", f"/v2/a/b/blobs/{tools.sha256(b'{}')}")
    assert (await home.ask("GET", "/v2/a/b/tags/list")).status == 404


class Sighted:
    """Sees a few repositories of many."""

    def __init__(self, *names):
        self._names = names

    def may(self, _action, repository):
        return repository in self._names


@pytest.mark.parametrize("count", [1, 2, 3, 1001])
async def test_few_visible_repositories_are_found_by_few_reads_in_many_turns(monkeypatch, count):
    all_names = [f"r{number:05}" for number in range(5000)]
    reads = []

    def page(_db, after, number):
        reads.append(number)
        return [name for name in all_names if name > after][:number]

    monkeypatch.setattr(repositories, "page", page)
    caller = Sighted("r00000", "r04998", "r04999")
    found = await tags._visible(None, caller, "", count)
    assert found == ["r00000", "r04998", "r04999"][:count]
    assert len(reads) <= 5000 / tags.STEP + 1
    assert all(number <= tags.STEP for number in reads)

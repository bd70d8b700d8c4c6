"""The catalog: as a tree, as a list, and only as far as the caller may see."""

import operator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.registry.options import Rule, Upstream


@pytest.fixture
async def shelf(staff):
    """Five repositories, one of which is a folder too, pushed one after the other."""
    for name in ("app10", "app9", "team/web", "team/api", "team/api/v2"):
        await staff.push_image(name, "v1")
        await staff.clock.advance(60)
    await staff.push_image("team/api", "v2", b'{"a": 1}')
    await staff.push_blob("only/a-blob", b"blob")
    return staff


async def test_the_root_has_folders_and_repositories(shelf):
    told = (await shelf.call("GET", "catalog")).json
    assert [(entry["kind"], entry["name"]) for entry in told["entries"]] == [
        ("repository", "app9"),
        ("repository", "app10"),
        ("folder", "team"),
    ]
    sizes = {
        name: (await shelf.call("GET", f"repositories/{name}")).json["bytes"]
        for name in ("team/web", "team/api", "team/api/v2")
    }
    assert told["entries"][2] == {
        "kind": "folder",
        "name": "team",
        "repositories": 3,
        "tags": 4,
        "bytes": sum(sizes.values()),
        "pushed": shelf.clock.now(),
        "pulled": None,
    }
    assert (told["total"], told["prefix"], told["offset"]) == (3, "", 0)
    assert (told["totals"]["repositories"], told["totals"]["tags"]) == (5, 6)


async def test_a_name_can_be_a_repository_and_a_folder(shelf):
    entries = (await shelf.call("GET", "catalog?prefix=team")).json["entries"]
    assert [(entry["kind"], entry["name"]) for entry in entries] == [
        ("folder", "team/api"),
        ("repository", "team/api"),
        ("repository", "team/web"),
    ]


async def test_a_repository_as_it_is_shown(shelf):
    (entry,) = (await shelf.call("GET", "catalog?search=eb")).json["entries"]
    assert entry.pop("bytes") > 0
    assert entry.pop("pushed") < shelf.clock.now()
    assert entry == {
        "kind": "repository",
        "name": "team/web",
        "tags": 1,
        "manifests": 1,
        "pulled": None,
        "pulls": 0,
        "may": ["pull", "push", "delete"],
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("flat=1", ["app9", "app10", "team/api", "team/api/v2", "team/web"]),
        ("flat=1&order=desc", ["team/web", "team/api/v2", "team/api", "app10", "app9"]),
        ("flat=1&sort=pushed", ["app10", "app9", "team/web", "team/api/v2", "team/api"]),
        ("flat=1&sort=tags&order=desc&n=2", ["team/api", "app9"]),
        ("flat=1&n=2&offset=1", ["app10", "team/api"]),
        ("flat=1&offset=99", []),
        ("search=AP", ["app9", "app10", "team/api", "team/api/v2"]),
        ("prefix=team&search=a", ["team/api", "team/api/v2"]),
        # The folder itself is not searched
        ("prefix=team&search=team", []),
        ("prefix=team/&flat=1", ["team/api", "team/api/v2", "team/web"]),
        ("prefix=tea", []),
        ("prefix=nothing/here", []),
        ("n=1&offset=2", ["team"]),
        ("sort=bytes&order=desc&n=1", ["team"]),
    ],
)
async def test_what_is_asked_for(shelf, names, asked, found):
    assert await names(shelf, f"catalog?{asked}") == found


async def test_what_was_never_pulled_comes_last(shelf, names):
    await shelf.ask("GET", "/v2/app10/manifests/v1")
    await shelf.registry._work._pulls.flush()
    for order in ("asc", "desc"):
        assert (await names(shelf, f"catalog?flat=1&sort=pulled&order={order}"))[0] == "app10"
    (entry,) = (await shelf.call("GET", "catalog?search=app10")).json["entries"]
    assert (entry["pulled"], entry["pulls"]) == (shelf.clock.now(), 1)


async def test_what_may_not_be_pulled_neither_shows_nor_counts(shelf, names):
    hidden = (
        Rule(("team/api",), allow=("pull", "push"), users=("bob",)),
        Rule(("app*",), users=("*",)),
    )
    await shelf.change(rules=hidden)
    shelf.be("bob")
    told = (await shelf.call("GET", "catalog")).json
    (folder,) = [entry for entry in told["entries"] if entry["kind"] == "folder"]
    assert (folder["repositories"], folder["tags"]) == (1, 2)
    assert told["totals"]["repositories"] == 3
    assert await names(shelf, "catalog?prefix=team&flat=1") == ["team/api"]
    (entry,) = (await shelf.call("GET", "catalog?prefix=team&flat=1")).json["entries"]
    assert entry["may"] == ["pull", "push"]
    shelf.be("carl")
    assert await names(shelf, "catalog") == ["app9", "app10"]
    assert await names(shelf, "catalog?prefix=team") == []


@pytest.mark.parametrize(
    ("options", "may"),
    [
        ({"may_delete": False}, ["pull", "push"]),
        ({"is_readonly": True}, ["pull"]),
        ({"upstreams": (Upstream("team", "http://up.test"),)}, ["pull", "delete"]),
        ({"upstreams": (Upstream("", "http://up.test"),)}, ["pull", "delete"]),
    ],
)
async def test_what_is_switched_off_is_not_let(shelf, options, may):
    await shelf.change(**options)
    (entry,) = (await shelf.call("GET", "catalog?search=web")).json["entries"]
    assert entry["may"] == may


KEYS = {
    "bytes": operator.itemgetter("bytes"),
    "tags": operator.itemgetter("tags"),
    "pushed": operator.itemgetter("pushed"),
}
NAMES = st.sampled_from(["a", "a/b", "a/b/c", "a/b10", "a/b9", "z", "z/a"])


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pushes=st.lists(
        st.tuples(NAMES, st.integers(1, 3), st.integers(0, 1)), min_size=1, max_size=10
    ),
    prefix=st.sampled_from(["", "a", "a/b"]),
    size=st.integers(1, 3),
)
async def test_pages_of_any_order_are_a_sorted_list(
    staffed, tmp_path_factory, names, pushes, prefix, size
):
    home = staffed(tmp_path_factory.mktemp("any") / "registry")
    home.be("ann")
    for name, length, wait in pushes:
        await home.push_image(name, f"v{length}", b"x" * length)
        await home.clock.advance(wait)
    for shape in ("", "&flat=1"):
        place = f"catalog?prefix={prefix}{shape}"
        everything = (await home.call("GET", f"{place}&n=1000")).json["entries"]
        for order, key in KEYS.items():
            for direction in ("asc", "desc"):
                wanted = sorted(everything, key=key, reverse=direction == "desc")
                walked = []
                for offset in range(0, len(everything), size):
                    page = f"{place}&sort={order}&order={direction}&n={size}&offset={offset}"
                    walked += (await home.call("GET", page)).json["entries"]
                assert [key(each) for each in walked] == [key(each) for each in wanted]
                assert sorted(map(repr, walked)) == sorted(map(repr, everything))
    await home.registry.close()

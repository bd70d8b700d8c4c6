"""What takes the room."""

import operator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.registry.store import usage
from homeport.storage.quota import Quota


async def pages(home, order, size):
    """All names in an order, page by page, as a client follows them."""
    names, place = [], f"usage/repositories?order={order}&n={size}"
    while place:
        answer = await home.call("GET", place)
        names += [each["name"] for each in answer.json["repositories"]]
        link = answer.headers.get("Link", "")
        place = link.partition(">")[0].removeprefix("</v2/_homeport/")
    return names


async def test_an_empty_registry(staff):
    told = (await staff.call("GET", "usage")).json
    assert told["blob_bytes"] == told["repositories"] == told["tags"] == 0
    assert (told["quota"], told["runs"], told["running"]) == (None, [], [])
    assert told["disk"]["total"] > told["disk"]["free"] > 0


async def test_what_there_is_is_counted(staffed, tmp_path):
    home = staffed(tmp_path / "registry", quota=Quota(10_000))
    home.be("ann")
    await home.push_image("a", "v1", b"x" * 100)
    await home.push_image("a", "v2", b"x" * 100)
    await home.push_image("b", "v1", b"y" * 50)
    await home.push_blob("c", b"z" * 7)
    await home.ask("PATCH", await home.begin("c"), b"12345")
    told = (await home.call("GET", "usage")).json
    assert (told["blob_bytes"], told["upload_bytes"]) == (157, 5)
    assert (told["repositories"], told["tags"], told["manifests"]) == (2, 3, 2)
    assert (told["blobs"], told["rotten"], told["uploads"]) == (3, 0, 1)
    assert told["quota"] == {"limit": 10_000, "used": 162 + told["manifest_bytes"]}
    await home.registry.close()


async def test_a_repository_has_its_own_and_what_it_shares(staff):
    await staff.push_image("a", "v1", b"both")
    await staff.push_image("b", "v1", b"both")
    await staff.push_image("a", "v2", b"alone!")
    told = (await staff.call("GET", "usage/repositories/a")).json
    manifests = (await staff.call("GET", "usage")).json["manifest_bytes"]
    other = (await staff.call("GET", "usage/repositories/b")).json
    assert told["bytes"] + other["bytes"] == 10 + 4 + manifests
    assert (told["shared"], other["shared"]) == (4, 4)
    assert (told["tags"], told["manifests"], told["pulled"]) == (2, 2, None)
    assert told["pushed"] == staff.clock.now()
    assert (await staff.call("GET", "usage/repositories/none")).status == 404


KEYS = {
    "name": lambda each: (each["name"],),
    "size": lambda each: (-each["bytes"], each["name"]),
    "pushed": lambda each: (-(each["pushed"] or 0), each["name"]),
    "pulled": lambda each: (-(each["pulled"] or 0), each["name"]),
}


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=8),
    waits=st.lists(st.integers(0, 1), min_size=8, max_size=8),
    size=st.integers(1, 4),
    data=st.data(),
)
async def test_pages_of_any_order_are_a_sorted_list(
    staffed, tmp_path_factory, sizes, waits, size, data
):
    home = staffed(tmp_path_factory.mktemp("any") / "registry")
    home.be("ann")
    for number, (length, wait) in enumerate(zip(sizes, waits, strict=False)):
        await home.push_image(f"r{number % 5}", "v1", b"x" * length)
        await home.clock.advance(wait)
    await home.push_blob("only/a-blob", b"blob")
    pulled = data.draw(st.integers(0, 4))
    await home.registry._backend.db.write(
        lambda at: at.execute("UPDATE manifest SET pulled = 7.25 WHERE id > ?", (pulled,))
    )
    everything = (await home.call("GET", "usage/repositories?n=1000")).json["repositories"]
    for order in usage.ORDERS:
        wanted = [each["name"] for each in sorted(everything, key=KEYS[order])]
        assert await pages(home, order, size) == wanted, order
    await home.registry.close()


@pytest.mark.parametrize("text", ["order=age", "n=x", "order=size&last=x"])
async def test_what_can_not_be_asked(staff, text):
    assert (await staff.call("GET", f"usage/repositories?{text}")).status == 400


async def test_a_repository_that_went_ends_no_walk(staff):
    for name in "abcd":
        await staff.push_image(name, "v1")
    answer = await staff.call("GET", "usage/repositories?order=size&n=2")
    await staff.call("DELETE", "repositories/b")
    rest = answer.headers["Link"].partition(">")[0].removeprefix("</v2/_homeport/")
    names = map(operator.itemgetter("name"), (await staff.call("GET", rest)).json["repositories"])
    assert {"c", "d"} <= set(names)

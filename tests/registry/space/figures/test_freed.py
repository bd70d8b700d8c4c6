"""What a delete would free, case by case."""

import pytest

from homeport.registry.options import Collection
from homeport.registry.space.figures import freed
from homeport.registry.space.figures.freed import Missing, Wish

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
def reckon(shop):
    """Asks what a delete would free."""

    async def reckon(name, tags=(), digests=(), **chosen):
        reckoner = freed.Reckoner(Collection(**chosen), shop.backend.touches)
        wish = Wish(name, frozenset(tags), frozenset(digests))
        now = shop.home.clock.now()
        return await shop.db.scan(lambda connection: reckoner.freed(connection, wish, now))

    return reckon


async def test_a_tag_goes_alone(shop, reckon):
    await shop.image("a", "v1", b"x" * 1000)
    found = await reckon("a", ["v1"])
    assert (found.tags, found.manifests, found.untagged) == (["v1"], 0, 1)
    assert (found.blobs, found.bytes, found.shared_bytes, found.after_s) == (0, 0, 0, 0)


async def test_its_image_goes_later_where_the_settings_say_so(shop, reckon):
    await shop.image("a", "v1", b"x" * 1000)
    await shop.home.clock.advance(HOUR)
    found = await reckon("a", ["v1"], untagged_s=10 * HOUR)
    assert (found.manifests, found.untagged, found.blobs) == (1, 0, 1)
    assert found.bytes > 1000
    assert found.after_s == 9 * HOUR


async def test_an_image_with_another_tag_stays(shop, reckon):
    digest = await shop.image("a", "v1", b"x")
    await shop.put("a", "v2", shop.document([shop.tools.sha256(b"x")]))
    found = await reckon("a", ["v1"], untagged_s=0.0)
    assert (found.tags, found.manifests, found.bytes) == (["v1"], 0, 0)
    found = await reckon("a", digests=[digest])
    assert (found.tags, found.manifests, found.blobs) == (["v1", "v2"], 1, 1)


async def test_what_others_hold_is_told_apart(shop, reckon):
    digest = await shop.image("a", "v1", b"base" * 100, b"mine" * 10)
    await shop.image("b", "v1", b"base" * 100)
    found = await reckon("a", digests=[digest])
    assert (found.blobs, found.shared_bytes) == (1, 400)
    size = len((await shop.home.ask("GET", f"/v2/a/manifests/{digest}")).body)
    assert found.bytes == 40 + size


async def test_what_is_rubbish_elsewhere_holds_nothing(shop, reckon):
    digest = await shop.image("a", "v1", b"base")
    await shop.home.push_blob("b", b"base")
    orphan = await shop.image("c", None, b"base", subject=shop.tools.sha256(b"never pushed"))
    assert orphan
    found = await reckon("a", digests=[digest])
    assert (found.blobs, found.shared_bytes) == (1, 0)
    # An orphan waits for its subject for a day.
    assert found.after_s == DAY


async def test_what_is_rubbish_in_the_same_repository_holds_nothing(shop, reckon):
    digest = await shop.image("a", "v1", b"base")
    await shop.image("a", None, b"base", subject=shop.tools.sha256(b"never pushed"))
    await shop.home.clock.advance(HOUR)
    found = await reckon("a", digests=[digest])
    assert (found.manifests, found.blobs, found.after_s) == (1, 1, DAY - HOUR)


async def test_what_an_index_elsewhere_leads_to_holds(shop, reckon):
    digest = await shop.image("a", "v1", b"base")
    child = await shop.image("b", None, b"base")
    await shop.index("b", "all", await shop.index("b", None, child))
    assert (await reckon("a", digests=[digest], untagged_s=0.0)).shared_bytes == 4


async def test_referrers_go_with_their_subject(shop, reckon):
    digest = await shop.image("a", "v1", b"image")
    await shop.image("a", None, b"signature", subject=digest)
    found = await reckon("a", digests=[digest])
    assert (found.manifests, found.blobs, found.after_s) == (2, 2, DAY)


async def test_children_of_an_index_stay_where_the_settings_keep_them(shop, reckon):
    child = await shop.image("a", None, b"child")
    digest = await shop.index("a", "all", child)
    found = await reckon("a", digests=[digest])
    assert (found.manifests, found.untagged, found.blobs) == (1, 1, 0)
    found = await reckon("a", digests=[digest], untagged_s=HOUR)
    assert (found.manifests, found.untagged, found.blobs) == (2, 0, 1)


async def test_what_went_in_any_case_is_not_freed_by_it(shop, reckon):
    child = await shop.image("a", None, b"child")
    index = await shop.index("a", None, child)
    found = await reckon("a", digests=[index], untagged_s=HOUR)
    assert (found.manifests, found.blobs) == (1, 0)
    await shop.put("a", "v1", shop.document([shop.tools.sha256(b"child")]))
    found = await reckon("a", ["v1"], untagged_s=HOUR)
    assert (found.manifests, found.blobs) == (1, 1)


async def test_what_had_no_tag_before_has_lost_none(shop, reckon):
    child = await shop.image("a", None, b"child")
    index = await shop.index("a", None, child)
    found = await reckon("a", digests=[index])
    assert (found.manifests, found.untagged) == (1, 0)


async def test_a_repository_goes_with_all_of_it(shop, reckon):
    for number in range(3):
        await shop.image("a", f"v{number}", b"%d" % number)
    await shop.home.push_blob("a", b"of a push that never ended")
    found = await reckon("a")
    assert (found.tags, found.manifests, found.blobs) == (["v0", "v1", "v2"], 3, 4)


async def test_what_was_asked_for_just_now_stays_for_the_grace_period(shop, reckon):
    digest = await shop.image("a", "v1", b"x")
    await shop.home.clock.advance(DAY)
    assert (await reckon("a", digests=[digest])).after_s == 0
    await shop.status("HEAD", f"/v2/a/blobs/{shop.tools.sha256(b'x')}")
    assert (await reckon("a", digests=[digest])).after_s == HOUR


@pytest.mark.parametrize(
    ("name", "tags", "said"), [("none", [], ""), ("none", ["v1"], ""), ("a", ["v1", "no"], "no")]
)
async def test_what_is_not_there(shop, reckon, name, tags, said):
    await shop.image("a", "v1", b"x")
    with pytest.raises(Missing) as caught:
        await reckon(name, tags)
    assert str(caught.value) == said


async def test_a_repository_of_blobs_alone_is_none(shop, reckon):
    await shop.home.push_blob("a", b"x")
    with pytest.raises(Missing):
        await reckon("a")

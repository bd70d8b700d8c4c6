"""A collection: what goes, what stays, and what is told of it."""

import asyncio

import pytest

from homeport import errors
from homeport.registry.options import Collection
from homeport.registry.space import jobs, untagged
from homeport.registry.space.collect import Collector
from homeport.registry.store.space import rubbish, runs
from homeport.storage.quota import Quota

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
def wait(home):
    return home.clock.advance


def numbers(report):
    return report.links, report.blobs, report.blob_bytes, report.manifests, report.repositories


async def test_a_blob_that_nothing_names_goes_after_the_grace(shop, collector, wait):
    digest = await shop.home.push_blob("a/b", b"12345")
    await wait(HOUR - 1)
    assert numbers(await collector.run()) == (0, 0, 0, 0, 0)
    assert await shop.has_blob("a/b", digest)
    await wait(1)
    assert numbers(await collector.run()) == (1, 1, 5, 0, 1)
    assert not await shop.has_blob("a/b", digest)
    assert shop.files() == []
    assert shop.db.query("SELECT * FROM repository") == []


async def test_what_a_manifest_names_stays(shop, collector, wait):
    digest = await shop.image("a/b", "v1", b"config", b"layer")
    await wait(DAY)
    assert numbers(await collector.run()) == (0, 0, 0, 0, 0)
    await shop.pullable("a/b", digest)


async def test_a_name_in_another_repository_does_not_count(shop, collector, wait):
    layer = await shop.home.push_blob("a", b"layer")
    await shop.image("b", "v1", b"config", b"layer")
    await wait(DAY)
    assert numbers(await collector.run()) == (1, 0, 0, 0, 1)
    assert not await shop.has_blob("a", layer)
    assert await shop.has_blob("b", layer)


@pytest.mark.parametrize("way", ["HEAD", "upload", "mount"])
async def test_the_grace_begins_anew(shop, collector, wait, way):
    digest = await shop.home.push_blob("a", b"x")
    await shop.image("b", "v1", b"x")
    await wait(2 * HOUR)
    if way == "HEAD":
        assert await shop.status("HEAD", f"/v2/a/blobs/{digest}") == 200
    elif way == "upload":
        await shop.home.push_blob("a", b"x")
    else:
        assert await shop.status("POST", f"/v2/a/blobs/uploads/?mount={digest}&from=b") == 201
    await wait(HOUR - 1)
    assert (await collector.run()).young == 1
    assert await shop.has_blob("a", digest)
    await wait(1)
    assert (await collector.run()).links == 1


async def test_the_grace_begins_anew_with_a_process(shop, wait):
    """What a former process told its clients is not known."""
    digest = await shop.home.push_blob("a", b"x")
    await wait(DAY)
    await shop.home.restart()
    collector = Collector(shop.backend)
    await wait(HOUR - 1)
    assert (await collector.run()).links == 0
    await wait(1)
    assert (await collector.run()).links == 1
    assert not await shop.has_blob("a", digest)


async def test_a_deleted_manifest_frees_its_blobs(shop, collector, wait):
    await shop.image("a", "v1", b"config", b"one")
    kept = await shop.image("a", "v2", b"config", b"two")
    await wait(DAY)
    await shop.delete("a", await shop.image("a", "v3", b"config", b"three"))
    await wait(HOUR)
    report = await collector.run()
    assert numbers(report) == (1, 1, 5, 0, 0)
    await shop.pullable("a", kept)


async def test_untagged_manifests_are_kept_where_nothing_else_is_said(shop, collector, wait):
    digest = await shop.image("a", None, b"config", b"layer")
    await shop.image("a", "v1", b"config")
    await wait(99 * DAY)
    report = await collector.run()
    assert (report.manifests, report.kept_untagged, report.kept_untagged_bytes) == (0, 1, 5)
    await shop.pullable("a", digest)


async def test_untagged_manifests_go_after_their_time(shop, wait):
    collector = Collector(shop.backend, Collection(untagged_s=DAY))
    await shop.image("a", "v1", b"config")
    moved = await shop.image("a", "v1", b"config", b"layer")
    lone = await shop.image("a", None, b"x")
    index = await shop.index("a", None, lone)
    await shop.image("a", None, b"signature", subject=index)
    await wait(DAY)
    assert numbers(await collector.run()) == (2, 2, 10, 4, 0)
    assert shop.manifests() == {("a", moved)}
    await shop.pullable("a", moved)


async def test_no_untagged_manifest_goes_within_the_grace(shop, collector, wait):
    await wait(DAY)
    digest = await shop.image("a", None)
    await wait(HOUR - 1)
    assert (await collector.run(untagged_s=60)).manifests == 0
    assert shop.manifests() == {("a", digest)}
    await wait(1)
    assert (await collector.run(untagged_s=60)).manifests == 1


async def test_a_pull_keeps_an_untagged_manifest(shop, wait):
    collector = Collector(shop.backend)
    digest = await shop.image("a", None)
    await wait(DAY)
    now = shop.home.clock.now()
    await shop.db.write(lambda c: c.execute("UPDATE manifest SET pulled = ?", (now - HOUR,)))
    assert (await collector.run(untagged_s=HOUR + 1)).manifests == 0
    assert shop.manifests() == {("a", digest)}
    assert (await collector.run(untagged_s=HOUR)).manifests == 1


async def test_what_was_asked_for_stays_for_the_grace(shop, wait):
    collector = Collector(shop.backend, Collection(untagged_s=DAY))
    digest = await shop.image("a", None)
    await wait(2 * DAY)
    shop.backend.touches.touch("a", digest)
    await wait(HOUR - 1)
    assert (await collector.run()).manifests == 0
    await wait(1)
    assert collector.is_due()
    assert (await collector.run()).manifests == 1


async def test_children_of_a_tagged_index_and_what_refers_to_it_stay(shop, wait):
    collector = Collector(shop.backend, Collection(untagged_s=HOUR))
    child = await shop.image("a", None, b"child")
    inner = await shop.index("a", None, child)
    index = await shop.index("a", "v1", inner)
    signature = await shop.image("a", None, b"signature", subject=index)
    await shop.image("a", None, b"of the signature", subject=signature)
    before = shop.manifests()
    await wait(99 * DAY)
    assert numbers(await collector.run()) == (0, 0, 0, 0, 0)
    assert shop.manifests() == before


async def test_a_circle_that_nothing_leads_to_goes(shop, wait):
    """An index may name what it refers to."""
    collector = Collector(shop.backend, Collection(untagged_s=HOUR))
    image = await shop.image("a", None, b"image")
    await shop.index("a", None, image, subject=image)
    await wait(DAY)
    assert numbers(await collector.run()) == (1, 1, 5, 2, 1)


async def test_a_referrer_waits_a_day_for_its_subject(shop, collector, wait, tools):
    missing = tools.sha256(b"never pushed")
    orphan = await shop.image("a", None, b"signature", subject=missing)
    await shop.image("a", None, b"of that", subject=orphan)
    child = await shop.image("a", None, b"child")
    await shop.index("a", None, child, subject=orphan)
    await wait(untagged.ORPHAN_S - 1)
    assert (await collector.run(untagged_s=HOUR)).manifests == 0
    await wait(1)
    report = await collector.run()
    assert numbers(report) == (3, 3, 9 + 7 + 5, 4, 1)
    assert "not there" in report.things[0].why


@pytest.mark.parametrize("why", ["tag", "index", "subject"])
async def test_a_referrer_without_its_subject_stays_where_something_leads_to_it(
    shop, collector, wait, tools, why
):
    missing = tools.sha256(b"never pushed")
    tag = "keep" if why == "tag" else None
    orphan = await shop.image("a", tag, b"signature", subject=missing)
    if why == "index":
        await shop.index("a", "all", orphan)
    elif why == "subject":
        body = b"subject"
        config = await shop.home.push_blob("a", body)
        document = shop.document([config])
        subject = await shop.put("a", "image", document)
        orphan = await shop.image("a", None, b"other", subject=subject)
    await wait(99 * DAY)
    await collector.run()
    assert await shop.has("a", orphan)


async def test_rotten_blobs_that_nothing_names_go_at_once(shop, collector, home):
    named = await shop.image("a", "v1", b"named")
    unnamed = await home.push_blob("a", b"unnamed")
    await shop.db.write(lambda c: c.execute("UPDATE blob SET rotten = 1"))
    report = await collector.run()
    assert (report.links, report.blobs) == (1, 1)
    assert [thing.digest for thing in report.things] == [unnamed]
    assert "rotted" in report.things[0].why
    assert await shop.has("a", named)


async def test_a_dry_run_tells_the_same_and_changes_nothing(shop, wait):
    collector = Collector(shop.backend, Collection(untagged_s=DAY))
    child = await shop.image("a", None, b"child", b"shared")
    await shop.index("a", None, child)
    await shop.image("b", "v1", b"shared")
    await shop.home.push_blob("c", b"alone")
    await shop.image("d", "v1", b"alone")
    await wait(2 * DAY)
    before = shop.links(), shop.manifests(), shop.files(), shop.db.commits
    dry = await collector.run(dry_run=True)
    assert (shop.links(), shop.manifests(), shop.files(), shop.db.commits) == before
    real = await collector.run()
    assert numbers(dry) == numbers(real) == (3, 1, 5, 2, 2)
    assert dry.things == real.things
    assert (dry.is_dry_run, real.is_dry_run) == (True, False)
    assert (dry.kept_untagged, dry.kept_untagged_bytes) == (0, 0)


async def test_by_hand_other_times_may_hold(shop, collector):
    await shop.home.push_blob("a", b"x")
    await shop.image("b", None, b"y")
    report = await collector.run(grace_s=0, untagged_s=0)
    assert numbers(report) == (2, 2, 2, 1, 2)


async def test_events(shop, wait, heard, noted):
    collector = Collector(shop.backend, Collection(untagged_s=HOUR))
    digest = await shop.image("a", None, b"config")
    blob = shop.tools.sha256(b"config")
    await wait(DAY)
    heard.clear()
    noted.clear()
    await collector.run()
    told = [(event.action, event.kind, event.digest, event.user) for event in heard]
    assert told == [("delete", "manifest", digest, "gc"), ("delete", "blob", blob, "gc")]
    assert [event.kind for event in noted] == ["manifest"]


async def test_runs_are_kept_dry_ones_are_not(shop, collector):
    await collector.run(dry_run=True)
    assert runs.last(shop.db, "gc") is None
    await collector.run()
    assert runs.last(shop.db, "gc").report["links"] == 0


async def test_a_second_run_at_the_same_time_is_refused(collector):
    first = asyncio.ensure_future(collector.run())
    await asyncio.sleep(0)
    with pytest.raises(jobs.Busy):
        await collector.run(dry_run=True)
    await first
    await collector.run()


async def test_nothing_is_due_where_nothing_happened(shop, collector, wait):
    await shop.image("a", "v1")
    await collector.run()
    await wait(HOUR)
    assert not collector.is_due()
    assert await shop.has("a", "v1")
    assert not collector.is_due()


async def test_what_happens_makes_it_due(shop, collector):
    await collector.run()
    digest = await shop.image("a", "v1")
    assert collector.is_due()
    await collector.run()
    await shop.delete("a", digest)
    assert collector.is_due()


async def test_what_grows_old_makes_it_due(shop, collector, wait):
    await shop.home.push_blob("a", b"x")
    await wait(60)
    await collector.run()
    await wait(HOUR - 61)
    assert not collector.is_due()
    await wait(1)
    assert collector.is_due()


async def test_the_quota_gets_its_room_back(tmp_path, tools, new_shop):
    quota = Quota(10_000)
    home = tools.Home(tmp_path / "counted", quota=quota)
    shop = new_shop(home, tools)
    await shop.image("a", None, b"x" * 100)
    assert quota.used > 100
    await home.clock.advance(DAY)
    await Collector(shop.backend).run(untagged_s=HOUR)
    assert quota.used == 0
    await home.registry.close()


async def test_a_closed_collector_refuses(collector):
    await collector.close()
    with pytest.raises(errors.HomeportError, match="closes"):
        await collector.run()


@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_who_was_told_that_a_manifest_is_there_may_name_it(shop, wait, method):
    collector = Collector(shop.backend, Collection(untagged_s=DAY))
    digest = await shop.image("a", None)
    await wait(2 * DAY)
    assert await shop.status(method, f"/v2/a/manifests/{digest}") == 200
    await wait(HOUR - 1)
    assert (await collector.run()).manifests == 0
    await shop.pullable("a", await shop.index("a", "v1", digest))


@pytest.mark.parametrize("length", [1, 2, 3, 7])
async def test_rubbish_is_found_over_many_pages(shop, wait, monkeypatch, length):
    monkeypatch.setattr(rubbish, "PAGE", length)
    for name in ("a", "b"):
        await shop.image(name, "v1", b"named", b"named too")
        for number in range(4):
            await shop.home.push_blob(name, b"%d" % number)
    await wait(2 * HOUR)
    found = Collector(shop.backend, Collection(grace_s=HOUR))
    dry, real = await found.run(dry_run=True), await found.run()
    assert (dry.links, dry.blobs) == (real.links, real.blobs) == (8, 4)
    assert len(shop.links()) == 4

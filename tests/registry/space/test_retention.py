"""Retention: tags go, and what only they led to; all else stays."""

import pytest

from homeport import errors
from homeport.registry.options import Collection, Retention
from homeport.registry.space import removal
from homeport.registry.space.collect import Collector
from homeport.registry.space.pulls import Pulls
from homeport.registry.space.retaining import findings, planning
from homeport.registry.space.retention import Retainer
from homeport.registry.store.space import runs, tags

DAY = 86400.0


@pytest.fixture
def retain(shop):
    async def retain(*, dry_run=False, **chosen):
        chosen = {"repositories": ("**",), "keep_pushed_s": DAY, **chosen}
        return await Retainer(shop.backend, [Retention(**chosen)]).run(dry_run=dry_run)

    return retain


@pytest.fixture
def wait(home):
    return home.clock.advance


def attached(digest, suffix=".sig"):
    return digest.replace(":", "-") + suffix


async def test_an_old_tag_goes_with_its_image(shop, retain, wait):
    old = await shop.image("a", "old", b"base", b"old")
    await wait(2 * DAY)
    new = await shop.image("a", "new", b"base", b"new")
    report = await retain()
    assert shop.tags("a") == {"new"}
    assert shop.manifests() == {("a", new)}
    (of_a,) = report.repositories
    assert (report.tags, report.manifests, report.bytes, of_a.kept) == (1, 1, 3, 1)
    assert [(one.tag, one.digest) for one in of_a.removed] == [("old", old)]
    assert "pushed 2 days ago" in of_a.removed[0].why
    collected = await Collector(shop.backend, Collection(grace_s=0)).run()
    assert collected.blob_bytes == report.bytes


async def test_a_manifest_with_another_tag_stays(shop, retain, wait):
    digest = await shop.image("a", "old")
    await wait(2 * DAY)
    await shop.image("a", "new")
    report = await retain()
    assert (report.tags, report.manifests, shop.tags("a")) == (1, 0, {"new"})
    await shop.pullable("a", digest)


async def test_signatures_and_referrers_follow_their_image(shop, retain, wait):
    kept = await shop.image("a", "kept", b"kept")
    old = await shop.image("a", "old", b"old")
    for image in (kept, old):
        for suffix in (".sig", ".att", ".sbom"):
            await shop.image("a", attached(image, suffix), f"{suffix} of {image}".encode())
        await shop.index("a", attached(image, ""), image)
        signature = await shop.image("a", None, b"referrer of " + image.encode(), subject=image)
        await shop.image("a", None, b"referrer of " + signature.encode(), subject=signature)
    await wait(2 * DAY)
    report = await retain(keep=("kept",))
    assert shop.tags("a") == {
        "kept",
        *(attached(kept, end) for end in ["", ".sig", ".att", ".sbom"]),
    }
    assert (report.tags, report.manifests) == (5, 7)
    assert len(shop.manifests()) == 7
    for name, digest in shop.manifests():
        await shop.pullable(name, digest)


async def test_children_go_with_their_index_where_nothing_else_names_them(shop, retain, wait):
    lone, shared, tagged = [await shop.image("a", None, b"%d" % n) for n in range(3)]
    await shop.image("a", "tagged", b"2")
    await shop.index("a", "old", lone, shared, tagged)
    await shop.image("a", None, b"other")
    await wait(2 * DAY)
    await shop.index("a", "new", shared)
    await retain(keep=("tagged",))
    assert shop.tags("a") == {"new", "tagged"}
    assert not await shop.has("a", lone)
    for digest in (shared, tagged):
        await shop.pullable("a", digest)
    assert len(shop.manifests()) == 4


async def test_what_an_index_names_loses_its_tag_only(shop, retain, wait):
    child = await shop.image("a", "amd64")
    await shop.index("a", "multi", child)
    await wait(2 * DAY)
    report = await retain(keep=("multi",))
    assert (report.tags, report.manifests) == (1, 0)
    await shop.pullable("a", child)


async def test_a_signature_whose_image_has_long_been_gone_goes(shop, retain, wait, tools):
    early, late = tools.sha256(b"early"), tools.sha256(b"late")
    await shop.image("a", attached(early), b"one")
    await wait(2 * DAY)
    await shop.image("a", attached(late), b"two")
    report = await retain()
    assert shop.tags("a") == {attached(late)}
    assert "is gone" in report.repositories[0].removed[0].why


async def test_untagged_manifests_of_its_repositories(shop, wait):
    for name in ("a", "b"):
        await shop.image(name, None, b"old")
        image = await shop.image(name, "v1", b"kept")
        await shop.image(name, None, b"signature", subject=image)
    await wait(2 * DAY)
    new = await shop.image("a", None, b"new")
    rule = Retention(("a",), untagged_s=DAY)
    report = await Retainer(shop.backend, [rule]).run()
    assert (report.tags, report.manifests) == (0, 1)
    assert len(shop.manifests()) == 6
    await shop.pullable("a", new)


async def test_other_repositories_stay(shop, wait, retain):
    await shop.image("a/b", "v1")
    await shop.image("a/b/c", "v1")
    await wait(2 * DAY)
    await retain(repositories=("a/*",))
    assert (shop.tags("a/b"), shop.tags("a/b/c")) == (set(), {"v1"})


async def test_a_pull_just_now_counts(shop, wait):
    pulls = Pulls(shop.backend)
    await shop.image("a", "v1")
    await wait(9 * DAY)
    assert await shop.has("a", "v1")
    retainer = Retainer(shop.backend, [Retention(("**",), keep_pulled_s=DAY)], pulls=pulls)
    assert (await retainer.run()).tags == 0
    await wait(2 * DAY)
    assert (await retainer.run()).tags == 1
    await pulls.close()


async def test_pulls_that_can_not_be_written_down_stop_it(shop, wait):
    pulls = Pulls(shop.backend)
    await shop.image("a", "v1")
    await wait(9 * DAY)
    assert await shop.has("a", "v1")
    heal = shop.fail_commits()
    with pytest.raises(errors.StorageError, match="not applied"):
        await Retainer(shop.backend, [Retention(("**",), keep_last=0)], pulls=pulls).run()
    heal()
    assert shop.tags("a") == {"v1"}
    await pulls.close()


async def test_a_dry_run_tells_the_same_and_changes_nothing(shop, retain, wait):
    for number in range(5):
        child = await shop.image("a", None, b"%d" % number)
        index = await shop.index("a", f"v{number}", child)
        await shop.image("a", attached(index), b"signature %d" % number)
        await wait(DAY)
    before = shop.manifests(), shop.tags("a"), shop.db.commits
    dry = await retain(dry_run=True, keep_last=2, keep_pushed_s=None)
    assert (shop.manifests(), shop.tags("a"), shop.db.commits) == before
    real = await retain(keep_last=2, keep_pushed_s=None)
    assert (dry.tags, dry.manifests, dry.bytes) == (real.tags, real.manifests, real.bytes)
    assert (real.tags, real.manifests) == (6, 9)
    assert dry.repositories == real.repositories
    assert (dry.is_dry_run, runs.last(shop.db, "retention").report["tags"]) == (True, 6)


async def test_events(shop, retain, wait, heard, noted):
    digest = await shop.image("a", "v1")
    await wait(2 * DAY)
    heard.clear()
    noted.clear()
    await retain()
    told = [(event.action, event.kind, event.tag, event.digest, event.user) for event in heard]
    assert told == [
        ("delete", "tag", "v1", digest, "retention"),
        ("delete", "manifest", "", digest, "retention"),
    ]
    assert noted == heard


async def test_many_go_in_small_writes(shop, retain, wait, monkeypatch):
    monkeypatch.setattr(removal, "LOT", 3)
    for number in range(7):
        child = await shop.image("a", None, b"%d" % number)
        await shop.index("a", f"v{number}", child)
    await wait(2 * DAY)
    left = []
    write = shop.db.write

    async def written(work):
        result = await write(work)
        left.append(len(shop.manifests()))
        for name, digest in shop.manifests():
            await shop.pullable(name, digest)
        return result

    shop.db.write = written
    report = await retain(keep=("v0",))
    assert (report.tags, report.manifests) == (6, 12)
    assert len(left) > 3
    assert shop.tags("a") == {"v0"}


def once_planned(shop, action):
    """Does something between a plan and its first write."""
    scan, actions = shop.db.scan, [action]

    async def scan_and_act(work):
        found = await scan(work)
        if type(found) is tuple and found[0] and hasattr(found[0][0], "lots") and actions:
            await actions.pop()()
        return found

    shop.db.scan = scan_and_act


@pytest.mark.parametrize("change", ["delete the newer", "push the old again"])
async def test_tags_that_change_meanwhile_are_judged_anew(shop, wait, change):
    await shop.image("a", "old", b"old")
    await wait(60)
    await shop.image("a", "new", b"new")

    async def act():
        if change == "delete the newer":
            await shop.delete("a", "new")
        else:
            await wait(60)
            await shop.image("a", "old", b"old")

    once_planned(shop, act)
    report = await Retainer(shop.backend, [Retention(("**",), keep_last=1)]).run()
    assert shop.tags("a") == {"old"}
    assert report.tags == (0 if change == "delete the newer" else 1)
    assert await shop.has("a", "old")


async def test_a_tag_that_is_pulled_meanwhile_stays_with_its_manifest(shop, retain, wait):
    await shop.image("a", "old")
    await wait(2 * DAY)

    async def act():
        await shop.db.write(lambda c: c.execute("UPDATE tag SET pulled = 9e9"))

    once_planned(shop, act)
    report = await retain()
    assert (report.tags, report.manifests, report.repositories) == (0, 0, [])
    assert await shop.has("a", "old")


async def test_a_manifest_that_is_pushed_meanwhile_stays_though_its_index_goes(shop, retain, wait):
    child = await shop.image("a", None, b"child")
    await shop.index("a", "old", child)
    await wait(2 * DAY)

    async def act():
        assert await shop.image("a", None, b"child") == child

    once_planned(shop, act)
    report = await retain()
    assert (report.tags, report.manifests, shop.manifests()) == (1, 1, {("a", child)})
    await shop.pullable("a", child)


async def test_a_repository_of_which_nothing_is_left_vanishes(shop, retain, wait):
    await shop.index("a", "old")
    await wait(2 * DAY)
    assert (await retain()).manifests == 1
    assert shop.db.query("SELECT name FROM repository") == []


async def test_a_tag_that_an_import_moves_counts_as_changed(shop, wait):
    """It may be older than others, so that none of them was pushed last."""
    old, new = await shop.image("a", "moved", b"old"), await shop.image("a", "last", b"new")
    assert old != new
    before = shop.db.read(lambda at: tags.stamp(at, 1))
    await shop.db.write(lambda at: at.execute("UPDATE tag SET manifest = 2 WHERE name = 'moved'"))
    assert shop.db.read(lambda at: tags.stamp(at, 1)) != before


async def test_a_report_names_some_of_many_repositories_and_counts_all(
    shop, retain, wait, monkeypatch
):
    monkeypatch.setattr(findings, "LISTED", 2)
    for name in ("a", "b", "c"):
        await shop.image(name, "old", b"old")
        await shop.image(name, "older", b"older")
    await wait(2 * DAY)
    for name in ("a", "b", "c"):
        await shop.image(name, "new", b"new")
    report = await retain()
    assert (report.tags, report.kept, report.manifests) == (6, 3, 6)
    assert [(one.repository, len(one.removed)) for one in report.repositories] == [
        ("a", 2),
        ("b", 0),
    ]


@pytest.mark.parametrize("held", [1, 2, 3, 100])
async def test_no_repository_is_passed_over_where_plans_are_many(
    shop, retain, wait, monkeypatch, held
):
    monkeypatch.setattr(planning, "HELD", held)
    for name in ("a", "b", "c"):
        await shop.image(name, "old")
    await shop.image("b2", "kept")
    await wait(2 * DAY)
    await shop.image("b2", "kept")
    report = await retain()
    assert [one.repository for one in report.repositories] == ["a", "b", "c"]
    assert shop.tags("b2") == {"kept"}

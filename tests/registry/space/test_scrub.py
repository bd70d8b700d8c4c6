"""A scrub finds each kind of damage, tells who needs it, and a push heals it."""

import asyncio
import os

import pytest

from homeport.registry.space import jobs, scrub
from homeport.registry.space.scrub import Scrubber
from homeport.registry.space.scrubbing import leftover
from homeport.registry.store import blobs
from homeport.registry.store.space import rot, runs

BODY = b"some bytes of a layer"


def flip(path):
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


def shorten(path):
    path.write_bytes(path.read_bytes()[:-1])


def lengthen(path):
    path.write_bytes(path.read_bytes() + b"!")


def remove(path):
    path.unlink()


DAMAGE = [flip, shorten, lengthen, remove]


@pytest.fixture
def scrubber(shop):
    return Scrubber(shop.backend)


async def test_what_is_whole_is_left_alone(shop, scrubber):
    digest = await shop.image("a", "v1", b"", BODY)
    report = await scrubber.run()
    assert (report.blobs, report.bytes, report.manifests) == (2, len(BODY), 1)
    assert (report.found, report.damaged, report.unreadable, report.leftover) == (0, [], [], 0)
    await shop.pullable("a", digest)
    assert runs.last(shop.db, "scrub").report["blobs"] == 2


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
async def test_damage_is_found_and_a_push_heals_it(shop, scrubber, damage):
    await shop.image("a", "v1", b"config", BODY)
    digest = shop.tools.sha256(BODY)
    damage(shop.path(digest))
    report = await scrubber.run()
    assert [(one.kind, one.digest, one.size) for one in report.damaged] == [
        ("blob", digest, len(BODY))
    ]
    assert report.damaged[0].needed_by == [rot.Needs("a", ["v1"])]
    for method in ("GET", "HEAD"):
        assert await shop.status(method, f"/v2/a/blobs/{digest}") == 404
    assert (
        await shop.home.ask("POST", f"/v2/b/blobs/uploads/?mount={digest}&from=a")
    ).status == 202

    await shop.home.push_blob("a", BODY)
    assert (await shop.home.ask("GET", f"/v2/a/blobs/{digest}")).body == BODY
    assert (await scrubber.run()).damaged == []
    assert len(shop.files()) == 2


async def test_damage_that_is_known_is_told_again_but_not_found_again(shop, scrubber, heard):
    digest = await shop.home.push_blob("a", BODY)
    flip(shop.path(digest))
    heard.clear()
    assert (await scrubber.run()).found == 1
    again = await scrubber.run()
    assert (again.found, again.blobs, len(again.damaged)) == (0, 0, 1)
    assert [(event.action, event.kind, event.digest, event.user) for event in heard] == [
        ("delete", "blob", digest, "scrub")
    ]


async def test_who_needs_it(shop, scrubber, noted):
    child = await shop.image("a", "amd64", BODY)
    index = await shop.index("a", "multi", child)
    await shop.index("a", "outer", index)
    await shop.image("b/c", "x", BODY)
    await shop.home.push_blob("unnamed", BODY)
    flip(shop.path(shop.tools.sha256(BODY)))
    noted.clear()
    (damaged,) = (await scrubber.run()).damaged
    assert damaged.needed_by == [
        rot.Needs("a", ["amd64", "multi", "outer"]),
        rot.Needs("b/c", ["x"]),
    ]
    assert sorted(event.repository for event in noted) == ["a", "b/c", "unnamed"]


async def test_what_the_disk_does_not_give_out_is_no_damage(shop, scrubber, monkeypatch):
    digest = await shop.home.push_blob("a", BODY)
    other = await shop.home.push_blob("a", b"other")
    bad = str(shop.path(digest))
    opened = os.open

    def refuse(path, *more, **named):
        if path == bad:
            raise OSError(5, "Input/output error")
        return opened(path, *more, **named)

    monkeypatch.setattr(os, "open", refuse)
    report = await scrubber.run()
    monkeypatch.undo()
    assert [(one.digest, one.why) for one in report.unreadable] == [(digest, "Input/output error")]
    assert (report.blobs, report.damaged) == (1, [])
    assert await shop.has_blob("a", digest)
    assert await shop.has_blob("a", other)


async def test_a_push_meanwhile_wins(shop, scrubber, monkeypatch):
    """The row has another file by the time at which the old one is known to be damaged."""
    digest = await shop.home.push_blob("a", BODY)
    flip(shop.path(digest))
    mark, healed = rot.mark, []

    def push_first(connection, blob, now):
        healed.append(blob)
        return mark(connection, blob._replace(file="sha256-00"), now)

    monkeypatch.setattr(rot, "mark", push_first)
    report = await scrubber.run()
    assert (report.found, report.damaged, len(healed)) == (0, [], 1)
    assert await shop.status("HEAD", f"/v2/a/blobs/{digest}") == 200


async def test_what_has_rotted_since_an_upload_asked_for_it_is_not_adopted(shop, scrubber):
    digest = await shop.home.push_blob("a", BODY)
    assert await shop.db.write(lambda at: blobs.adopt(at, digest, "b", 0.0))
    flip(shop.path(digest))
    await scrubber.run()
    assert not await shop.db.write(lambda at: blobs.adopt(at, digest, "c", 0.0))


async def test_a_blob_that_is_deleted_meanwhile_stays_until_it_is_read(shop, scrubber):
    digest = await shop.home.push_blob("a", BODY)
    path = shop.path(digest)
    read = scrub.reading.go_on

    def delete_first(readings, limit):
        asyncio.run_coroutine_threadsafe(
            shop.home.ask("DELETE", f"/v2/a/blobs/{digest}"), loop
        ).result()
        assert path.exists()
        return read(readings, limit)

    loop = asyncio.get_running_loop()
    scrub.reading.go_on = delete_first
    try:
        report = await scrubber.run()
    finally:
        scrub.reading.go_on = read
    assert (report.blobs, report.damaged, report.leftover) == (1, [], 0)


async def test_manifests(shop, scrubber):
    digest = await shop.image("a", "v1")
    await shop.db.write(lambda c: c.execute("UPDATE manifest SET content = x'7b7d'"))
    report = await scrubber.run()
    assert [(one.kind, one.digest) for one in report.damaged] == [("manifest", digest)]
    assert report.damaged[0].needed_by == [rot.Needs("a", ["v1"])]
    for reference in ("v1", digest):
        assert (await shop.home.ask("GET", f"/v2/a/manifests/{reference}")).status == 404
    await shop.image("a", "v1")
    assert (await scrubber.run()).damaged == []
    await shop.pullable("a", digest)


async def test_a_manifest_that_is_known_to_be_damaged_is_told_again(shop, scrubber, noted):
    digest = await shop.image("a", "v1")
    await shop.db.write(lambda c: c.execute("UPDATE manifest SET content = x'7b7d'"))
    first, second = await scrubber.run(), await scrubber.run()
    assert (first.found, second.found) == (1, 0)
    assert [one.digest for one in second.damaged] == [digest]
    assert [event.digest for event in noted].count(digest) == 2  # pushed, and found once


async def test_a_push_of_the_manifest_meanwhile_wins(shop, scrubber, monkeypatch):
    digest = await shop.image("a", "v1")
    ((whole,),) = shop.db.query("SELECT content FROM manifest")
    await shop.db.write(lambda c: c.execute("UPDATE manifest SET content = x'7b7d'"))
    mark = rot.mark_manifest

    def push_first(connection, manifest, content, now):
        connection.execute("UPDATE manifest SET content = ?", (whole,))
        return mark(connection, manifest, content, now)

    monkeypatch.setattr(rot, "mark_manifest", push_first)
    report = await scrubber.run()
    assert (report.found, report.damaged) == (0, [])
    await shop.pullable("a", digest)


async def test_many_manifests_take_several_reads(shop, scrubber, monkeypatch):
    monkeypatch.setattr(scrub, "SLICE", 1000)
    for number in range(9):
        await shop.image("a", f"v{number}", b"%d" % number)
    assert (await scrubber.run()).manifests == 9


async def test_files_that_no_row_names_are_told(shop, scrubber):
    await shop.home.push_blob("a", BODY)
    left = shop.backend.content.path("sha256-" + "0" * 64)
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"left")
    report = await scrubber.run()
    assert (report.leftover, report.leftover_bytes) == (1, 4)
    assert len(shop.files()) == 2


async def test_a_file_that_goes_while_it_is_looked_for_is_not_left(tmp_path):
    there, gone = tmp_path / "there", tmp_path / "gone"
    there.write_bytes(b"left")
    assert leftover._sizes([there, gone]) == [4]


async def test_its_pace(shop, monkeypatch):
    monkeypatch.setattr(scrub, "SLICE", 2 * 2**20)
    monkeypatch.setattr(scrub.reading, "READ", 2**20)
    await shop.home.push_blob("a", bytes(10 * 2**20))
    running = asyncio.ensure_future(Scrubber(shop.backend, pace=2**20).run())
    began = shop.home.clock.now()
    while not running.done():
        await asyncio.sleep(0.001)
        if shop.home.clock._timers:
            await shop.home.clock.advance(0.5)
    assert (await running).blobs == 1
    assert 8 <= shop.home.clock.now() - began <= 12


async def test_close_ends_it_between_two_steps(shop, monkeypatch):
    monkeypatch.setattr(scrub, "SLICE", 2**20)
    await shop.home.push_blob("a", bytes(5 * 2**20))
    scrubber = Scrubber(shop.backend, pace=1)
    running = asyncio.ensure_future(scrubber.run())
    while scrubber._job._resting is None:
        await asyncio.sleep(0.001)
    await scrubber.close()
    with pytest.raises(jobs.Stopped):
        await running
    assert runs.last(shop.db, "scrub") is None
    assert shop.backend.content._shelf._leases == {}


async def test_breaks_and_progress(shop, scrubber, monkeypatch):
    monkeypatch.setattr(scrub, "PAGE", 2)
    for number in range(5):
        await shop.home.push_blob("a", b"%d" % number)
    told, breaks = [], []

    async def between():
        breaks.append(1)

    await scrubber.run(progress=lambda done, total: told.append((done, total)), between=between)
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert len(breaks) == 4

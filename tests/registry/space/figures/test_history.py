"""How full the registry was: on a clock that tests move."""

import asyncio
import logging

import pytest

from homeport.registry.events import journal
from homeport.registry.space.figures.history import History
from homeport.registry.store.space import samples

SLOT, HOUR, DAY = 900, 3600, 86_400


@pytest.fixture
async def history(shop):
    await shop.home.clock.advance(SLOT - shop.home.clock.now() % SLOT)
    history = History(shop.backend)
    history.start()
    yield history
    await history.close()


def rows(shop):
    return shop.db.read(samples.all_of_them)


async def pass_by(history, duration_s):
    """Moves the clock slot by slot: each sample is a read in a thread, which no clock waits for."""
    for _ in range(duration_s // SLOT):
        await history._clock.advance(SLOT)
        if history._taking is not None:
            await asyncio.wait([history._taking])


async def test_a_sample_every_quarter_of_an_hour(shop, history):
    start = shop.home.clock.now()
    for number in range(3):
        await shop.image("a", f"v{number}", b"%d" % number)
        await pass_by(history, SLOT)
    found = rows(shop)
    assert [each.at - start for each in found] == [SLOT, 2 * SLOT, 3 * SLOT]
    assert [each.held.tags for each in found] == [1, 2, 3]
    assert [each.pushes for each in found] == [1, 1, 1]
    assert found[-1].held.blob_bytes == 3
    assert found[-1].held.repositories == 1


async def test_where_nothing_changes_nothing_is_written(shop, history):
    await shop.image("a", "v1")
    await pass_by(history, SLOT)
    commits = shop.db.commits
    await pass_by(history, 4 * HOUR)
    assert (len(rows(shop)), shop.db.commits) == (1, commits)
    await shop.status("GET", "/v2/a/manifests/v1")
    await pass_by(history, SLOT)
    assert [(each.pushes, each.pulls) for each in rows(shop)] == [(1, 0), (0, 1)]


async def test_what_was_looked_at_or_shown_or_is_a_blob_is_no_pull(shop, history):
    await shop.image("a", "v1", b"x")
    await shop.status("HEAD", "/v2/a/manifests/v1")
    await shop.home.ask("GET", "/v2/a/manifests/v1", user_agent=journal.CONSOLE)
    await shop.status("GET", f"/v2/a/blobs/{shop.tools.sha256(b'x')}")
    await pass_by(history, SLOT)
    assert [(each.pushes, each.pulls) for each in rows(shop)] == [(1, 0)]


async def test_the_last_point_is_of_now(shop, history):
    await shop.image("a", "v1", b"x" * 100)
    await pass_by(history, SLOT)
    await shop.image("a", "v2", b"y" * 50)
    await shop.home.clock.advance(60)
    found = await history.read(0, 3)
    assert [each.held.blob_bytes for each in found] == [100, 100, 150]
    assert found[-1].at == shop.home.clock.now()
    assert [each.pushes for each in found] == [1, 0, 1]


async def test_a_time_without_samples_is_flat(shop, history):
    await shop.image("a", "v1", b"x" * 100)
    await pass_by(history, SLOT)
    await shop.home.clock.advance(100 * DAY)
    found = await history.read(shop.home.clock.now() - 50 * DAY, 200)
    assert len(found) == 200
    assert {each.held.blob_bytes for each in found} == {100}


async def test_before_there_is_any_there_is_now(shop, history):
    (found,) = await history.read(0, 200)
    assert (found.at, found.held.tags) == (shop.home.clock.now(), 0)


async def test_a_new_process_goes_on(shop, history):
    await shop.image("a", "v1")
    await pass_by(history, SLOT)
    await history.close()
    other = History(shop.backend)
    other.start()
    await pass_by(other, HOUR)
    assert len(rows(shop)) == 1
    await other.close()


async def test_what_was_counted_is_there_after_a_stop(shop, history):
    for _ in range(3):
        await shop.image("a", "v1")
        await history.close()
    # Within one quarter of an hour they are one row.
    assert [each.pushes for each in rows(shop)] == [3]


async def test_old_samples_are_thinned(shop, history):
    now = shop.home.clock.now()
    held = samples.Held(1, 1, 1, 1, 1)
    for number in range(192):
        old = samples.Sample(now - 10 * DAY + number * SLOT, held, 1, 1)
        await shop.db.write(lambda c: samples.add(c, old))  # noqa: B023 - awaited in its turn
    await pass_by(history, SLOT)
    assert 8 <= len(rows(shop)) <= 10
    assert sum(each.pushes for each in rows(shop)) == 192


async def test_a_failing_disk_loses_no_count(shop, history, caplog):
    caplog.set_level(logging.WARNING)
    await shop.image("a", "v1")
    heal = shop.fail_commits()
    await pass_by(history, 3 * SLOT)
    heal()
    await pass_by(history, SLOT)
    assert [each.pushes for each in rows(shop)] == [1]
    assert caplog.text.count("is not noted") == 1


async def test_the_registry_does_it_by_itself(home):
    await home.registry.recover()
    await home.push_image("a", "v1")
    await home.clock.advance(SLOT)
    await home.registry._work.history.close()
    (found,) = home.registry._backend.db.read(samples.all_of_them)
    assert (found.held.tags, found.pushes) == (1, 1)

"""Pulls are counted in memory and written down from time to time."""

import asyncio
import logging

import pytest

from homeport.registry.space import pulls
from homeport.registry.space.pulls import Pulls
from homeport.registry.store import pulls as rows


@pytest.fixture
async def counted(shop):
    counted = Pulls(shop.backend)
    yield counted
    await counted.close()


def tag_of(shop, name="v1"):
    return shop.db.query_one("SELECT pulls, pulled FROM tag WHERE name = ?", (name,))


def pulled(shop):
    return [at for (at,) in shop.db.query("SELECT pulled FROM manifest ORDER BY id")]


async def pull(shop, reference):
    assert await shop.has("a", reference)
    return shop.home.clock.now()


async def test_a_pull_is_written_down_within_half_a_minute(shop, counted):
    await shop.image("a", "v1")
    await pull(shop, "v1")
    await shop.home.clock.advance(10)
    last = await pull(shop, "v1")
    commits = shop.db.commits
    await shop.home.clock.advance(19)
    assert shop.db.commits == commits
    await shop.home.clock.advance(1)
    await counted.flush()
    assert tag_of(shop) == (2, last)
    assert pulled(shop) == [last]
    assert shop.db.commits == commits + 1


async def test_pulls_add_up_and_the_last_one_counts(shop, counted):
    digest = await shop.image("a", "v1")
    await pull(shop, "v1")
    await counted.flush()
    await shop.home.clock.advance(60)
    last = await pull(shop, "v1")
    await counted.flush()
    assert tag_of(shop) == (2, last)
    # One that could not be written down in its time comes behind a later one.
    late = rows.Pulls("a", digest, "v1", 1, last - 30)
    await shop.db.write(lambda at: rows.add(at, [late]))
    assert (tag_of(shop), pulled(shop)) == ((3, last), [last])


async def test_a_look_is_a_use_and_no_pull(shop, counted):
    digest = await shop.image("a", "v1")
    for headers in ({}, {"if_none_match": digest}):
        await shop.home.clock.advance(60)
        method = "GET" if headers else "HEAD"
        await shop.home.ask(method, "/v2/a/manifests/v1", **headers)
        await counted.flush()
        assert tag_of(shop) == (0, shop.home.clock.now())


async def test_nothing_is_written_where_nothing_is_pulled(shop, counted):
    await shop.image("a", "v1")
    commits = shop.db.commits
    await shop.home.clock.advance(3600)
    await counted.flush()
    assert shop.db.commits == commits
    assert shop.home.clock._timers == [] or counted._timer is None


async def test_by_digest_no_tag_counts(shop, counted):
    digest = await shop.image("a", "v1")
    last = await pull(shop, digest)
    assert await counted.flush()
    assert tag_of(shop) == (0, None)
    assert pulled(shop) == [last]


async def test_blobs_are_no_pulls(shop, counted):
    await shop.image("a", "v1")
    await shop.has_blob("a", shop.tools.sha256(b"{}"))
    await counted.flush()
    assert (tag_of(shop), pulled(shop)) == ((0, None), [None])


async def test_close_writes_down_what_is_known(shop):
    counted = Pulls(shop.backend)
    await shop.image("a", "v1")
    await pull(shop, "v1")
    await counted.close()
    assert tag_of(shop)[0] == 1


async def test_what_is_gone_is_passed_over(shop, counted):
    await shop.image("a", "v1")
    digest = await shop.image("a", "v2", b"other")
    await pull(shop, "v1")
    await pull(shop, "v2")
    await shop.delete("a", digest)
    assert await counted.flush()
    assert tag_of(shop)[0] == 1


async def test_what_can_not_be_written_down_is_kept(shop, counted, caplog):
    await shop.image("a", "v1")
    await pull(shop, "v1")
    heal = shop.fail_commits()
    with caplog.at_level(logging.WARNING):
        assert not await counted.flush()
        last = await pull(shop, "v1")
        assert not await counted.flush()
    heal()
    assert len(caplog.records) == 1
    await shop.home.clock.advance(pulls.INTERVAL_S)
    assert await counted.flush()
    assert tag_of(shop) == (2, last)


async def test_pulls_during_a_write_that_fails_are_kept_too(shop, counted):
    await shop.image("a", "v1")
    await pull(shop, "v1")
    heal = shop.fail_commits()
    flush = asyncio.ensure_future(counted.flush())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await pull(shop, "v1")
    await flush
    heal()
    assert await counted.flush()
    assert tag_of(shop)[0] == 2


async def test_many_at_once(shop, counted, monkeypatch):
    monkeypatch.setattr(pulls, "HELD", 3)
    monkeypatch.setattr(pulls, "LOT", 2)
    for number in range(5):
        await shop.image("a", f"v{number}", b"%d" % number)
    for number in range(5):
        await pull(shop, f"v{number}")
    assert len(counted._held) <= 3
    await counted.flush()
    assert sum(at is not None for at in pulled(shop)) >= 3

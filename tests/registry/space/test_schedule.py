"""What the registry does by itself, in its time. The clock is moved, nobody waits."""

import asyncio
import logging
import types

import pytest

from homeport import errors
from homeport.clock import settle
from homeport.registry.events.metrics import Counts
from homeport.registry.events.watch import Watch
from homeport.registry.options import Collection, Options, Retention
from homeport.registry.space import jobs
from homeport.registry.space.collect import Collector
from homeport.registry.space.retention import Retainer
from homeport.registry.space.schedule import Schedule
from homeport.registry.space.scrub import Scrubber
from homeport.registry.store.space import runs

WATCH = Watch(Counts(), None)
HOUR = 3600.0
DAY = 24 * HOUR


class Fake:
    """A job that notes when it runs."""

    def __init__(self, clock, name, ran):
        self._clock, self._name, self._ran = clock, name, ran
        self.is_wanted, self.failure, self.hold = True, None, None

    def is_due(self):
        return self.is_wanted

    async def run(self, between=None):
        self._ran.append((self._name, self._clock.now() - 1_700_000_000))
        if self.hold is not None:
            await self.hold(between)
        if self.failure is not None:
            raise self.failure
        return types.SimpleNamespace(blob_bytes=0)

    async def close(self):
        self._ran.append((self._name, "closed"))


@pytest.fixture
def ran():
    return []


@pytest.fixture
def clock(home):
    return home.clock


@pytest.fixture
def fakes(clock, ran):
    return {name: Fake(clock, name, ran) for name in ("gc", "retention", "scrub", "uploads")}


@pytest.fixture
async def start(shop, fakes):
    started = []

    def start(**chosen):
        chosen = {"collection": Collection(interval_s=None), "upload_look_s": 1e9, **chosen}
        schedule = Schedule(
            shop.backend,
            Options(**chosen),
            fakes["gc"],
            fakes["retention"],
            fakes["scrub"],
            fakes["uploads"].run,
            WATCH,
        )
        schedule.start()
        started.append(schedule)
        return schedule

    yield start
    for schedule in started:
        await schedule.close()


async def test_collections_begin_after_the_grace(start, clock, ran):
    start(collection=Collection(interval_s=900, grace_s=HOUR))
    await clock.advance(HOUR + 1800)
    assert ran == [("gc", HOUR), ("gc", HOUR + 900), ("gc", HOUR + 1800)]


async def test_a_collection_that_can_find_nothing_is_spared(start, clock, ran, fakes):
    fakes["gc"].is_wanted = False
    start(collection=Collection(interval_s=900))
    await clock.advance(DAY)
    assert ran == []


async def test_uploads(start, clock, ran):
    start(upload_look_s=600)
    await clock.advance(1200)
    assert ran == [("uploads", 600), ("uploads", 1200)]


async def test_what_never_ran_runs_soon(start, clock, ran):
    start(retention=(Retention(("**",)),), scrub_s=7 * DAY)
    await clock.advance(DAY)
    assert ran == [("retention", HOUR), ("scrub", HOUR)]


async def test_nothing_runs_that_was_not_chosen(start, clock, ran):
    start()
    await clock.advance(99 * DAY)
    assert ran == []


@pytest.mark.parametrize(("ago", "due"), [(DAY - 600, 600), (HOUR, DAY - HOUR), (9 * DAY, 60)])
async def test_a_restart_does_not_begin_anew(start, shop, clock, ran, ago, due):
    last = clock.now() - ago
    await shop.db.write(lambda c: runs.add(c, "retention", last, last, {}))
    start(retention=(Retention(("**",)),))
    await clock.advance(due - 1)
    assert ran == []
    await clock.advance(1)
    assert ran == [("retention", due)]


async def test_one_after_the_other(start, clock, ran, fakes):
    go = asyncio.Event()

    async def wait(_):
        await go.wait()

    fakes["gc"].hold = wait
    start(collection=Collection(interval_s=HOUR, grace_s=0), retention=(Retention(("**",)),))
    await clock.advance(HOUR)
    assert [name for name, _ in ran] == ["gc"]
    go.set()
    await settle()
    assert [name for name, _ in ran] == ["gc", "retention"]


async def test_a_collection_in_the_breaks_of_a_scrub(start, clock, ran, fakes):
    async def read_long(between):
        for _ in range(3):
            await clock.sleep(HOUR)
            await between()

    fakes["scrub"].hold = read_long
    start(collection=Collection(interval_s=HOUR, grace_s=HOUR), scrub_s=DAY)
    for _ in range(8):
        await clock.advance(HOUR / 2)
    assert ran[:4] == [("gc", HOUR), ("scrub", HOUR), ("gc", 2 * HOUR), ("gc", 3 * HOUR)]


async def test_a_failure_is_told_once_and_tried_again(start, clock, ran, fakes, caplog):
    fakes["gc"].failure = errors.StorageError("The disk is gone.", hint="Bring it back.")
    start(collection=Collection(interval_s=900, grace_s=0))
    with caplog.at_level(logging.WARNING):
        await clock.advance(3000)
    assert len(ran) == 3
    assert [record.getMessage() for record in caplog.records] == [
        "gc failed and is tried again later: The disk is gone.\n  Bring it back."
    ]


@pytest.mark.parametrize("failure", [jobs.Busy("x"), jobs.Stopped("x")])
async def test_what_is_no_failure_is_not_told(start, clock, fakes, caplog, failure):
    fakes["gc"].failure = failure
    start(collection=Collection(interval_s=900, grace_s=0))
    await clock.advance(3000)
    assert caplog.records == []


async def test_a_fault_of_one_does_not_end_the_others(start, clock, ran, fakes, caplog):
    fakes["uploads"].failure = ValueError("a fault")
    start(upload_look_s=900, collection=Collection(interval_s=900, grace_s=0))
    await clock.advance(900)
    assert [name for name, _ in ran] == ["uploads", "gc"]
    assert "fault of Homeport" in caplog.text


async def test_close_waits_for_the_step_and_begins_nothing_more(shop, clock):
    collector = Collector(shop.backend, Collection())
    retainer, scrubber = Retainer(shop.backend, []), Scrubber(shop.backend)
    options = Options(collection=Collection(interval_s=900, grace_s=0), upload_look_s=1e9)

    async def expire():
        return 0

    schedule = Schedule(shop.backend, options, collector, retainer, scrubber, expire, WATCH)
    schedule.start()
    await clock.advance(900)
    await schedule.close()
    assert collector._job._task is None
    done = len(runs.newest(shop.db, "gc", 9))
    await clock.advance(DAY)
    assert len(runs.newest(shop.db, "gc", 9)) == done

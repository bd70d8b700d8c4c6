import asyncio

import pytest

from homeport.aws.lambda_.invoking.events import lanes
from homeport.errors import StorageFull


class Work:
    """Lanes over lists instead of a database."""

    def __init__(self, clock):
        self.waiting = {}
        self.done = []
        self.failures = []
        self.lanes = lanes.Lanes(clock, self.round)

    def add(self, lane, item):
        self.waiting.setdefault(lane, []).append(item)
        self.lanes.wake(lane)

    async def round(self, lane, news):
        if self.failures:
            raise self.failures.pop()
        if not self.waiting.get(lane):
            return True
        await asyncio.sleep(0)
        self.done.append((lane, self.waiting[lane].pop(0)))
        return False


@pytest.fixture
def work(clock):
    return Work(clock)


async def test_each_lane_in_its_order(work):
    for number in range(3):
        work.add("a", number)
        work.add("b", number)
    await work.lanes.idle()
    for lane in "ab":
        assert [item for found, item in work.done if found == lane] == [0, 1, 2]


async def test_what_comes_while_a_lane_ends_is_not_forgotten(work):
    for number in range(50):
        work.add("a", number)
        for _ in range(number % 4):
            await asyncio.sleep(0)
    await work.lanes.idle()
    assert [item for _, item in work.done] == list(range(50))


@pytest.mark.parametrize(
    "wrong", [StorageFull("The disk is full."), RuntimeError("A fault.")], ids=["disk", "fault"]
)
async def test_trouble_is_waited_out(work, clock, wrong):
    work.failures = [wrong] * 3
    work.add("a", 1)
    for pause in (1, 2, 4):
        await clock.advance(pause - 0.1)
        assert work.done == []
        await clock.advance(0.1)
    await work.lanes.idle()
    assert work.done == [("a", 1)]


async def test_nothing_begins_after_the_close(work):
    await work.lanes.close()
    work.add("a", 1)
    await work.lanes.idle()
    assert work.done == []


async def test_waiting_ends_by_news_or_by_time(clock):
    news = asyncio.Event()
    waiting = asyncio.ensure_future(lanes.wait(clock, int(clock.now() * 1000) + 5000, news))
    await clock.advance(4.9)
    assert not waiting.done()
    await clock.advance(0.1)
    await waiting
    news = asyncio.Event()
    waiting = asyncio.ensure_future(lanes.wait(clock, int(clock.now() * 1000) + 5000, news))
    news.set()
    await waiting

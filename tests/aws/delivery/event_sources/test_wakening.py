import asyncio

import pytest

from homeport.aws.delivery.event_sources.queues.pace import Pace
from homeport.aws.delivery.event_sources.wakening import Wakening, pause_s
from homeport.clock import settle


@pytest.fixture
def wakening(clock):
    return Wakening(clock)


async def test_news_end_a_wait(wakening):
    waiting = asyncio.ensure_future(wakening.wait())
    await settle()
    assert not waiting.done()
    wakening.tell()
    await waiting


async def test_news_that_came_before_are_not_lost(wakening):
    wakening.tell()
    await wakening.wait()


async def test_a_wait_ends_at_its_time(wakening, clock):
    waiting = asyncio.ensure_future(wakening.wait(clock.now() + 5))
    await clock.advance(4.9)
    assert not waiting.done()
    await clock.advance(0.1)
    await waiting


async def test_a_rest_is_not_ended_by_news_and_keeps_them(wakening, clock):
    resting = asyncio.ensure_future(wakening.rest(5))
    await settle()
    wakening.tell()
    await clock.advance(4.9)
    assert not resting.done()
    await clock.advance(0.1)
    await resting
    await wakening.wait()


async def test_a_stop_ends_all(wakening):
    resting = asyncio.ensure_future(wakening.rest(5))
    await settle()
    wakening.stop()
    await resting
    await wakening.wait()
    await wakening.rest(5)


def test_pauses_double_up_to_the_last():
    assert [pause_s(number, 0.5, 5) for number in (1, 2, 3, 4, 5, 10_000)] == [0.5, 1, 2, 4, 5, 5]


def test_the_pace_grows_while_all_places_are_taken():
    pace = Pace(7, 0.0)
    assert (pace.limit, pace.grow(0.1), pace.limit) == (5, pytest.approx(0.2), 5)
    assert (pace.grow(0.2), pace.limit) == (pytest.approx(0.4), 6)
    pace.grow(9.0)
    assert (pace.grow(10.0), pace.limit) == (None, 7)


def test_the_pace_shrinks_with_failures_and_rests():
    pace = Pace(None, 0.0)
    for _ in range(4):
        pace.failed()
    assert (pace.limit, pace.pause_s, pace.grow(9.0)) == (1, 0.4, None)
    pace.succeeded()
    assert pace.pause_s == 0
    pace.grow(9.0)
    assert pace.limit == 2


def test_a_small_limit_holds_from_the_beginning():
    assert Pace(2, 0.0).limit == 2

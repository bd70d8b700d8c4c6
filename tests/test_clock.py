"""The clocks."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.clock import SystemClock, VirtualClock, settle

START = 1_700_000_000.0


async def test_a_virtual_clock_stands_still_until_moved():
    clock = VirtualClock(5.0)
    await settle()
    assert clock.now() == 5.0
    await clock.advance(0.25)
    assert clock.now() == 5.25


@given(delays=st.lists(st.integers(0, 50), max_size=20), steps=st.lists(st.integers(0, 20)))
def test_timers_fire_in_order_each_at_its_own_instant(delays, steps):
    clock = VirtualClock()
    fired = []

    async def move():
        for index, delay in enumerate(delays):
            clock.call_at(START + delay, lambda i=index: fired.append((clock.now() - START, i)))
        for step in steps:
            await clock.advance(step)

    asyncio.run(move())
    due = [(delay, index) for index, delay in enumerate(delays) if delay <= sum(steps)]
    assert fired == (sorted(due) if steps else [])


async def test_a_cancelled_timer_never_fires():
    clock = VirtualClock()
    fired = []
    timer = clock.call_at(START + 1, lambda: fired.append(1))
    clock.call_at(START + 0.5, timer.cancel)
    await clock.advance(2)
    timer.cancel()
    assert fired == []


async def test_a_timer_may_set_another():
    clock = VirtualClock()
    fired = []

    def again():
        fired.append(clock.now() - START)
        clock.call_at(clock.now() + 10, again)

    clock.call_at(START + 10, again)
    await clock.advance(35)
    assert fired == [10, 20, 30]
    assert clock.now() == START + 35


async def test_a_time_that_has_passed_is_due_at_once():
    clock = VirtualClock()
    fired = []
    clock.call_at(START - 100, lambda: fired.append(clock.now()))
    await clock.advance(0)
    assert fired == [START]


async def test_sleepers_wake_when_their_time_has_come():
    clock = VirtualClock()
    woken = []

    async def sleeper(duration_s):
        await clock.sleep(duration_s)
        woken.append((duration_s, clock.now() - START))
        await clock.sleep(duration_s)
        woken.append((duration_s, clock.now() - START))

    tasks = [asyncio.ensure_future(sleeper(duration_s)) for duration_s in (3, 2)]
    await clock.advance(3.5)
    assert woken == [(2, 2), (3, 3)]
    await clock.advance(10)
    await asyncio.gather(*tasks)
    assert woken[2:] == [(2, 4), (3, 6)]


async def test_a_cancelled_sleeper_is_forgotten():
    clock = VirtualClock()
    task = asyncio.ensure_future(clock.sleep(5))
    await settle()
    task.cancel()
    await clock.advance(10)
    assert task.cancelled()


async def test_the_system_clock_tells_the_time():
    before = time.time()
    assert before <= SystemClock().now() <= time.time()


@pytest.mark.parametrize("ahead_s", [-3600.0, 0.0, 0.001])
async def test_the_system_clock_calls_back(ahead_s):
    clock = SystemClock()
    called = asyncio.Event()
    clock.call_at(clock.now() + ahead_s, called.set)
    async with asyncio.timeout(10):
        await called.wait()


async def test_a_timer_of_the_system_clock_can_be_cancelled():
    clock = SystemClock()
    called = []
    clock.call_at(clock.now(), lambda: called.append(1)).cancel()
    await clock.sleep(0.005)
    assert called == []

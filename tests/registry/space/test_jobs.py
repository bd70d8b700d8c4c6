"""One run of a kind at a time, which ends at its next step."""

import asyncio

import pytest

from homeport.clock import VirtualClock
from homeport.registry.space import jobs


@pytest.fixture
def job():
    return jobs.Job("count")


async def test_it_goes_on_where_the_caller_has_gone(job):
    go, done = asyncio.Event(), []

    async def work():
        await go.wait()
        done.append(1)

    caller = asyncio.ensure_future(job.run(work()))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.sleep(0)
    go.set()
    await job.close()
    assert done == [1]


async def test_close_ends_a_rest(job):
    clock = VirtualClock()

    async def work():
        await job.rest(clock, 1e9)

    running = asyncio.ensure_future(job.run(work()))
    await asyncio.sleep(0)
    await job.close()
    with pytest.raises(jobs.Stopped, match="count was stopped"):
        await running


async def test_a_rest_ends_in_its_time(job):
    clock = VirtualClock()
    running = asyncio.ensure_future(job.run(job.rest(clock, 10)))
    await clock.advance(9)
    assert not running.done()
    await clock.advance(1)
    await running


async def test_one_at_a_time_also_after_a_failure(job):
    async def fail():
        await asyncio.sleep(0)
        raise ValueError

    first = asyncio.ensure_future(job.run(fail()))
    await asyncio.sleep(0)
    with pytest.raises(jobs.Busy, match="A count is under way"):
        await job.run(fail())
    with pytest.raises(ValueError):
        await first
    with pytest.raises(ValueError):
        await job.run(fail())

"""Runs and their streams, with work that does as it is told."""

import asyncio
import json
from dataclasses import dataclass

import pytest

from homeport import errors as faults
from homeport.clock import VirtualClock, settle
from homeport.registry import errors
from homeport.registry.api.extension import stream
from homeport.registry.api.extension.jobs import GC, SCRUB, Jobs
from homeport.registry.events.metrics import Counts
from homeport.registry.events.watch import Watch
from homeport.registry.space.jobs import Busy

WATCH = Watch(Counts(), None)


@dataclass(frozen=True, slots=True)
class Report:
    freed: int


class Work:
    """Ends when it is told how."""

    def __init__(self):
        self.ending = asyncio.get_running_loop().create_future()
        self.options = None

    async def run(self, *, progress, **options):
        self.options, self.progress = options, progress
        return await asyncio.shield(self.ending)


@pytest.fixture
async def clock():
    return VirtualClock()


@pytest.fixture
async def work():
    return Work()


@pytest.fixture
async def jobs(clock, work):
    jobs = Jobs(clock, {GC: work, SCRUB: Work()}, WATCH)
    yield jobs
    await jobs.close()


async def respond(run, clock):
    """The answer of a run that takes longer than a step."""
    answering = asyncio.create_task(stream.response(run, clock))
    await clock.advance(stream.STEP_S)
    return await answering


async def following(answer):
    return json.loads(await anext(answer.body))


async def test_a_run_is_told_what_was_asked_for(jobs, work):
    jobs.start(GC, "ann", dry_run=True, grace_s=5)
    await settle()
    assert work.options == {"dry_run": True, "grace_s": 5}
    (run,) = jobs.running()
    assert run.as_json() | {"started": 0} == {
        "kind": "gc",
        "by": "ann",
        "started": 0,
        "dry_run": True,
        "done": 0,
        "total": 0,
    }


async def test_one_of_each_kind_runs_at_a_time(jobs, work):
    jobs.start(GC, "ann")
    jobs.start(SCRUB, "bob")
    with pytest.raises(errors.Failure, match="a gc is under way, asked for by ann") as raised:
        jobs.start(GC, "bob")
    assert raised.value.status == 409
    assert raised.value.errors[0]["detail"]["running"]["by"] == "ann"
    await settle()
    work.ending.set_result(Report(1))
    await settle()
    jobs.start(GC, "bob")


async def test_its_progress_is_told_and_at_last_its_report(jobs, work, clock):
    run = jobs.start(GC, "")
    answer = await respond(run, clock)
    assert await following(answer) == {"progress": {"done": 0, "total": 0}}
    work.progress(1, 4)
    line = asyncio.create_task(following(answer))
    await clock.advance(stream.STEP_S)
    assert await line == {"progress": {"done": 1, "total": 4}}
    work.ending.set_result(Report(7))
    assert await following(answer) == {"report": {"freed": 7}}
    assert await anext(answer.body, None) is None


async def test_no_more_than_five_lines_a_second(jobs, work, clock):
    answer = await respond(jobs.start(GC, ""), clock)
    told = []

    async def read():
        told.extend([json.loads(line) async for line in answer.body])

    reading = asyncio.create_task(read())
    for done in range(100):
        work.progress(done, 100)
        await clock.advance(0.01)
    work.ending.set_result(Report(1))
    await reading
    assert 5 <= len(told) <= 7


async def test_a_line_comes_where_nothing_happens(jobs, work, clock):
    answer = await respond(jobs.start(GC, ""), clock)
    await following(answer)
    line = asyncio.create_task(following(answer))
    await clock.advance(stream.QUIET_S - 1)
    assert not line.done()
    await clock.advance(1 + stream.STEP_S)
    assert await line == {"progress": {"done": 0, "total": 0}}


async def test_a_reader_that_goes_stops_nothing(jobs, work, clock):
    run = jobs.start(GC, "")
    answer = await respond(run, clock)
    await following(answer)
    await answer.body.aclose()
    assert jobs.running() == [run]
    work.ending.set_result(Report(1))
    await settle()
    assert (run.task.result().report, jobs.running()) == ({"freed": 1}, [])


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (faults.HomeportError("no such folder", hint="name one"), 400, "no such folder"),
        (faults.StorageFull("the disk is full"), 500, "the disk is full"),
        (Busy("a scrub is under way"), 409, "a scrub is under way"),
        (errors.Failure("NAME_INVALID"), 400, "invalid repository name"),
        (ZeroDivisionError("secret"), 500, "an unexpected error; see the log"),
    ],
)
async def test_what_fails_at_once_has_a_status(jobs, work, clock, error, status, said):
    work.ending.set_exception(error)
    with pytest.raises(errors.Failure, match=said) as raised:
        await stream.response(jobs.start(GC, ""), clock)
    assert raised.value.status == status
    assert jobs.running() == []


async def test_what_fails_later_is_the_last_line(jobs, work, clock):
    answer = await respond(jobs.start(GC, ""), clock)
    work.ending.set_exception(faults.HomeportError("the disk broke", hint="look at it"))
    lines = [json.loads(line) async for line in answer.body]
    assert lines[-1]["error"]["message"] == "the disk broke"
    assert lines[-1]["error"]["detail"] == {"hint": "look at it"}


async def test_a_reader_is_told_that_the_registry_closes(jobs, work, clock):
    answer = await respond(jobs.start(GC, ""), clock)
    await following(answer)
    line = asyncio.create_task(following(answer))
    await settle()
    await jobs.close()
    assert "the registry stopped" in (await line)["error"]["message"]
    assert jobs.running() == []

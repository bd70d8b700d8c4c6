"""Usage over time and runs, by their end points."""

import asyncio

import pytest

from homeport.clock import settle
from homeport.registry.options import Collection
from homeport.registry.store.space import runs, samples
from homeport.storage.quota import Quota

DAY = 86_400


@pytest.fixture
def note(staff):
    """Writes a sample of some time ago."""

    async def note(ago_s, size):
        held = samples.Held(size, 0, 0, 1, 1)
        sample = samples.Sample(staff.clock.now() - ago_s, held, 1, 2)
        await staff.registry._backend.db.write(lambda c: samples.add(c, sample))

    return note


async def history(home, query=""):
    answer = await home.call("GET", f"usage/history{query}")
    assert answer.status == 200, answer
    return answer.json


async def test_points_are_spread_evenly(staff, note):
    now = staff.clock.now()
    await note(10 * DAY, 5)
    await note(5 * DAY, 7)
    found = await history(staff, f"?since={now - 10 * DAY}&points=11")
    assert [each["at"] for each in found["points"]] == [
        now - day * DAY for day in range(10, -1, -1)
    ]
    assert [each["blob_bytes"] for each in found["points"]] == [5] * 5 + [7] * 5 + [0]
    assert found["points"][5] == {
        "at": now - 5 * DAY,
        "blob_bytes": 7,
        "manifest_bytes": 0,
        "upload_bytes": 0,
        "repositories": 1,
        "tags": 1,
        "pushes": 1,
        "pulls": 2,
    }


async def test_a_month_where_nothing_is_said(staff, note):
    await note(90 * DAY, 5)
    points = (await history(staff))["points"]
    assert (len(points), points[0]["at"]) == (200, staff.clock.now() - 30 * DAY)


async def test_the_quota_is_told(staff):
    assert (await history(staff))["quota"] is None
    staff.quota = Quota(12_345)
    await staff.restart()
    assert (await history(staff))["quota"] == 12_345


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=-1", "since must be a number from 0 to"),
        ("since=99999999999", "since must be"),
        ("since=", "since must be"),
        ("points=1", "points must be a whole number from 2 to 1000"),
        ("points=1001", "points must be"),
        ("points=2.5", "points must be"),
    ],
)
async def test_what_can_not_be_asked(staff, query, said):
    answer = await staff.call("GET", f"usage/history?{query}")
    assert answer.status == 400
    assert said in answer.json["errors"][0]["message"]


async def test_what_ran(staff, lines):
    for kind in ("gc", "retention", "gc"):
        await lines(await staff.call("POST", kind))
        await staff.clock.advance(1)
    found = (await staff.call("GET", "runs")).json
    assert [run["kind"] for run in found["runs"]] == ["gc", "retention", "gc"]
    assert found["runs"][0].keys() == {"kind", "started", "ended", "report"}
    assert found["runs"][0]["report"]["is_dry_run"] is False
    assert found["running"] == []
    found = (await staff.call("GET", "runs?kind=gc&n=1")).json["runs"]
    assert [run["started"] for run in found] == [staff.clock.now() - 1]


async def test_many_runs(staff):
    for number in range(120):
        await staff.registry._backend.db.write(
            lambda c: runs.add(c, "gc", number, number + 1, {"n": number})  # noqa: B023
        )
    assert len((await staff.call("GET", "runs")).json["runs"]) == 20
    assert len((await staff.call("GET", "runs?n=100")).json["runs"]) == 100


async def test_what_somebody_asked_for_and_is_running(staff):
    ended = asyncio.Event()

    class Slow:
        async def run(self, *, progress, **_):
            progress(3, 9)
            await ended.wait()
            raise asyncio.CancelledError

    staff.registry._extension._jobs._work["scrub"] = Slow()
    asked = asyncio.ensure_future(staff.call("POST", "scrub"))
    await settle()
    (found,) = (await staff.call("GET", "runs?kind=scrub")).json["running"]
    assert (found["kind"], found["by"], found["done"], found["total"]) == ("scrub", "ann", 3, 9)
    assert (await staff.call("GET", "runs?kind=gc")).json["running"] == []
    ended.set()
    await staff.clock.advance(1)
    await asked


async def test_what_the_registry_began_by_itself(staff):
    await staff.change(collection=Collection(interval_s=60.0, grace_s=0.0))
    ended, collector = asyncio.Event(), staff.registry._work.collector
    run = collector.run

    async def slow():
        await ended.wait()
        return await run()

    collector.run = slow
    await staff.clock.advance(3600)
    (found,) = (await staff.call("GET", "runs")).json["running"]
    assert (found["kind"], found["by"]) == ("gc", "schedule")
    ended.set()
    while staff.registry._work.under_way():
        await asyncio.sleep(0)
    assert (await staff.call("GET", "runs")).json["running"] == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("kind=party", "kind must be one of gc, retention, scrub, import"),
        ("n=0", "n must be a whole number from 1 to 100"),
        ("n=101", "n must be"),
    ],
)
async def test_what_runs_can_not_be_asked_for(staff, query, said):
    answer = await staff.call("GET", f"runs?{query}")
    assert answer.status == 400
    assert said in answer.json["errors"][0]["message"]

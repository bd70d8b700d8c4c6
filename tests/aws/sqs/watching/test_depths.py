"""Samples over time, on a clock that is moved."""

import asyncio
import json

import hypothesis.strategies as st
import pytest
from hypothesis import given

from homeport.aws.sqs.watching import depths, pages
from homeport.aws.sqs.watching.track import Sample, Track
from homeport.errors import StorageError


@pytest.fixture
async def sampled(looking, clock):
    looking.depths.start()
    yield looking
    looking.depths.close()


async def pass_time(looking, clock, seconds):
    """Moves the clock ten seconds at a time, and lets each sample be taken: the read of one is done in a thread."""
    for _ in range(seconds // depths.FINE_S):
        await clock.advance(depths.FINE_S)
        await asyncio.gather(*looking.client.sqs._tasks)


async def points(looking, url):
    return (await looking.json(pages.DEPTHS, QueueUrl=url))["points"]


def depth(point):
    return tuple(point[name] for name in ("visible", "in_flight", "delayed", "oldest_s"))


async def test_a_queue_that_fills_and_empties(client, sampled, clock):
    url = await client.make(VisibilityTimeout="15")
    await pass_time(sampled, clock, 10)
    await client.send(url)
    await client.send(url, DelaySeconds=25)
    await pass_time(sampled, clock, 10)
    (message,) = await client.receive(url)
    await pass_time(sampled, clock, 20)
    await client.delete(url, (await client.receive(url))[0])
    await pass_time(sampled, clock, 10)
    begin = clock.now() - 50
    found = [(point["at"] - begin, *depth(point)) for point in await points(sampled, url)]
    assert found == [
        (10, 0, 0, 0, None),
        (20, 1, 0, 1, 10),
        (30, 0, 1, 1, 20),
        (40, 2, 0, 0, 30),
        (50, 0, 1, 0, 40),
    ]
    assert message["Body"] == "body"


async def test_what_passed_is_counted_once(client, sampled, clock):
    url = await client.make()
    for _ in range(3):
        await client.send(url)
    await pass_time(sampled, clock, 10)
    for message in await client.receive(url, 2):
        await client.delete(url, message)
    await pass_time(sampled, clock, 30)
    found = [(p["sent"], p["received"], p["deleted"]) for p in await points(sampled, url)]
    assert found == [(3, 0, 0), (0, 2, 2), (0, 0, 0), (0, 0, 0)]


async def test_an_idle_cloud_is_not_read_and_costs_nothing_more(
    client, sampled, clock, monkeypatch
):
    url = await client.make()
    await client.send(url)
    await pass_time(sampled, clock, 2 * depths.COARSE_S + 20)
    size = sampled.depths.size
    monkeypatch.setattr(client.sqs.db, "scan", lambda _: pytest.fail("it was read"))
    # Eight hours in one step after another; housekeeping has nothing to do.
    for _ in range(100):
        await clock.advance(depths.COARSE_S)
    assert sampled.depths.size == size
    monkeypatch.undo()
    found = await points(sampled, url)
    assert depth(found[-1]) == (1, 0, 0, found[-1]["oldest_s"])
    assert found[-1]["at"] == int(clock.now())
    assert found[-1]["oldest_s"] == pytest.approx(102 * depths.COARSE_S + 20, abs=1)


async def test_an_hour_is_fine_and_a_day_is_coarse(client, sampled, clock):
    url = await client.make(MessageRetentionPeriod="1209600")
    for _ in range(3 * 360):
        await client.send(url)
        await pass_time(sampled, clock, 10)
    found = await points(sampled, url)
    now = clock.now()
    fine = [point for point in found if point["at"] > now - depths.FINE_SPAN_S]
    coarse = [point for point in found if point["at"] <= now - depths.FINE_SPAN_S]
    assert len(fine) == 360
    assert 22 <= len(coarse) <= 26
    assert [p["visible"] for p in found] == sorted({p["visible"] for p in found})
    assert [p["at"] for p in found] == sorted({p["at"] for p in found})
    assert sum(p["sent"] for p in fine) == 360


async def test_a_queue_that_is_gone_is_forgotten(client, sampled, clock):
    url = await client.make()
    await client.send(url)
    await pass_time(sampled, clock, 20)
    assert sampled.depths.size > 0
    await client("DeleteQueue", QueueUrl=url)
    await pass_time(sampled, clock, 20)
    assert sampled.depths.size == 0
    url = await client.make()
    await pass_time(sampled, clock, 10)
    assert [depth(point) for point in await points(sampled, url)] == [(0, 0, 0, None)]


async def test_memory_has_a_bound_whatever_there_is(client, sampled, clock, monkeypatch):
    monkeypatch.setattr(depths, "SAMPLES", 100)
    urls = [await client.make(f"q{number}") for number in range(5)]
    for _ in range(60):
        for url in urls:
            await client.send(url)
        await pass_time(sampled, clock, 10)
    assert sampled.depths.size <= 2 * 100
    assert len(await points(sampled, urls[0])) >= depths.LEAST


async def test_a_disk_in_trouble_does_not_end_it(client, sampled, clock, monkeypatch):
    url = await client.make()

    async def trouble(_):
        raise StorageError("The disk is away.")

    with monkeypatch.context() as patched:
        patched.setattr(client.sqs.db, "scan", trouble)
        await pass_time(sampled, clock, 30)
    await pass_time(sampled, clock, 10)
    assert len(await points(sampled, url)) == 1


async def test_nothing_is_taken_after_the_end(client, sampled, clock):
    url = await client.make()
    sampled.depths.close()
    await pass_time(sampled, clock, 60)
    assert await points(sampled, url) == []


async def test_the_list_of_queues(client, looking, clock):
    await client.make("dead")
    policy = {
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead",
        "maxReceiveCount": 1,
    }
    url = await client.make("a", RedrivePolicy=json.dumps(policy))
    await clock.advance(1)
    await client.make("b.fifo")
    await client.send(url)
    await client.send(url, DelaySeconds=100)
    await client.receive(url, 1)
    await client.send(url)
    await clock.advance(5)
    found = await looking.json(pages.QUEUES)
    assert found["total"] == 3
    assert [each["name"] for each in found["queues"]] == ["a", "b.fifo", "dead"]
    first, second, third = found["queues"]
    assert first == {
        "name": "a",
        "is_fifo": False,
        "created": 1_700_000_000.0,
        "visible": 1,
        "in_flight": 1,
        "delayed": 1,
        "oldest_s": 5.0,
        "dead_letter_queue": "dead",
        "sources": 0,
    }
    assert (second["is_fifo"], third["sources"]) == (True, 1)
    found = await looking.json(pages.QUEUES, sort="visible", order="desc", n=1)
    assert (found["total"], [each["name"] for each in found["queues"]]) == (3, ["a"])
    found = await looking.json(pages.QUEUES, sort="created", order="desc", n=2, offset=1)
    assert (found["total"], [each["name"] for each in found["queues"]]) == (3, ["a", "dead"])
    found = await looking.json(pages.QUEUES, sort="name", order="desc", offset=2)
    assert (found["total"], [each["name"] for each in found["queues"]]) == (3, ["a"])
    assert (await looking.json(pages.QUEUES, prefix="b"))["total"] == 1
    assert (await looking.json(pages.QUEUES, prefix="ä"))["total"] == 0
    assert (await looking.json(pages.QUEUES, sort="<b>", n=0))["queues"] == []
    assert (await looking.json(pages.QUEUES, region="eu-west-1"))["total"] == 0


async def test_depths_of_no_queue(looking):
    answer = await looking.ask(f"{pages.DEPTHS}/us-east-1/000000000000/none")
    assert answer.status == 400
    assert b"NonExistentQueue" in answer.body


# A track is a list of samples of which repeated ones are left out


steps = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 2)), max_size=60)


@given(steps)
def test_a_track_tells_what_a_list_would(history):
    track, span, plain, now = Track(200), 200, [], 1000
    for wait, value in history:
        before, now = now, now + wait
        track.put(Sample(now, value, 0, 0, 0), before, 10_000)
        plain.append((now, value))
    shown = [(each.at, each.visible) for each in track.read(now, now - span)]
    assert [at for at, _ in shown] == sorted({at for at, _ in shown})
    inside = [(at, value) for at, value in plain if at > now - span]
    for at, value in inside:
        held = [each for each in shown if each[0] <= at]
        assert held, (at, shown)
        assert held[-1][1] == value
    # And nothing that was not there: each point is a sample, or the value that held then.
    for at, value in shown:
        earlier = [each for each in plain if each[0] <= at]
        assert earlier
        assert earlier[-1][1] == value


@given(steps, st.integers(2, 8))
def test_a_track_keeps_no_more_than_its_room(history, room):
    track, now = Track(10**6), 1000
    for wait, value in history:
        before, now = now, now + wait
        track.put(Sample(now, value, 0, 0, 0), before, room)
        assert len(track) <= room
    if history:
        assert list(track.read(now, 0))[-1].visible == history[-1][1]


def test_numbers_beyond_the_form_are_cut():
    track = Track(10)
    track.put(Sample(1, 2**40, 0, 0, 0), 0, 10)
    assert [each.visible for each in track.read(1, 0)] == [2**32 - 1]

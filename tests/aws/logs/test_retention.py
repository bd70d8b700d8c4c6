"""Events end with the retention of their group."""

import asyncio

import pytest
from tests.aws.logs.conftest import DAY_MS, GROUP_BYTES, STREAM_BYTES

from homeport.aws.logs import limits
from homeport.aws.logs.logs import SWEEP_EVERY_S

DAY_S = DAY_MS / 1000


async def test_the_retention_is_described(client):
    await client.make()
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=7)
    await client.restart()
    assert (await client.group())["retentionInDays"] == 7
    await client("DeleteRetentionPolicy", logGroupName="g")
    assert "retentionInDays" not in await client.group()


@pytest.mark.parametrize("days", [0, 2, 4000])
async def test_days_that_are_none(client, days):
    await client.make()
    error = await client.refused("PutRetentionPolicy", logGroupName="g", retentionInDays=days)
    assert error.code == "InvalidParameterException"
    assert f"Value '{days}' at 'retentionInDays'" in error.message
    assert str(list(limits.RETENTION_DAYS)) in error.message


async def test_a_group_that_is_not_there(client):
    for operation, params in [
        ("PutRetentionPolicy", {"retentionInDays": 1}),
        ("DeleteRetentionPolicy", {}),
    ]:
        error = await client.refused(operation, logGroupName="g", **params)
        assert error.message == "The specified log group does not exist."


async def test_events_are_gone_at_the_end_of_their_time(client, clock):
    await client.make("g", "s")
    await client.put((client.now - 2, "old"), (client.now, "new"))
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=1)
    await clock.advance(DAY_S - 0.001)
    assert await client.messages() == ["new"]
    assert await client.found() == ["new"]
    await clock.advance(1)
    assert await client.messages() == []
    assert await client.found() == []


async def test_the_sweep_makes_room(client, clock):
    await client.make("g", "s", "t")
    for number in range(3):
        await client.put((client.now + number, "m"), stream="s")
    await client.put((client.now, "m"), (client.now + 2 * DAY_MS // 24, "m"), stream="t")
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=1)
    await clock.advance(DAY_S + SWEEP_EVERY_S + 1)
    await client.logs.sweep()
    assert client.logs.db.query("SELECT count(*), sum(bytes) FROM event") == [(1, 27)]
    assert (await client.group())["storedBytes"] == 27
    assert client.quota.used == 27 + GROUP_BYTES + 2 * STREAM_BYTES
    streams = (await client("DescribeLogStreams", logGroupName="g"))["logStreams"]
    assert [each["logStreamName"] for each in streams] == ["s", "t"]


async def test_the_clock_brings_the_sweep(client, clock):
    await client.make("g", "s")
    await client.put((client.now, "m"))
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=1)
    await client.restart()
    for _ in range(26):
        await clock.advance(SWEEP_EVERY_S)
    while client.logs._sweeping is not None:
        await asyncio.wait([client.logs._sweeping])
    assert client.logs.db.query("SELECT count(*) FROM event") == [(0,)]


async def test_without_a_retention_nothing_is_timed(client, clock):
    await client.make("g", "s")
    await client.put((client.now, "m"))
    assert client.logs._timer is None
    await clock.advance(4000 * DAY_S)
    assert await client.messages() == ["m"]


async def test_an_emptied_stream_takes_events_again(client, clock):
    await client.make("g", "s")
    await client.put((client.now, "old"))
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=1)
    await clock.advance(2 * DAY_S)
    await client.logs.sweep()
    await client.put((client.now - DAY_MS // 2, "new"))
    assert await client.found() == ["new"]
    await client.logs.sweep()
    assert await client.messages() == ["new"]

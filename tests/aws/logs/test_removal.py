"""What is no longer needed goes in small steps, beside requests and over restarts."""

import asyncio
import logging

import pytest
from tests.aws.logs.conftest import DAY_MS, GROUP_BYTES, STREAM_BYTES, Client

from homeport.aws.logs.logs import SWEEP_EVERY_S
from homeport.aws.logs.store import removal, schema
from homeport.errors import StorageFull
from homeport.storage.db import Database

NOW = 1_750_000_000_000


def counts(client):
    """Streams, events and deleted groups in the database."""
    ((found),) = client.logs.db.query(
        "SELECT (SELECT count(*) FROM log_stream), (SELECT count(*) FROM event), (SELECT count(*) FROM gone_group)"
    )
    return found


async def step(client):
    """One write of the sweep; whether there is more, and how many events it took."""
    before = counts(client)[1]
    is_more = await client.logs.write(lambda c: removal.remove_some(c, client.now))
    return is_more, before - counts(client)[1]


async def filled(client, *sizes):
    """A group with events of these sizes."""
    await client.make("gone", "s")
    for size in sizes:
        await client.put((NOW, "x" * (size - 26)), group="gone")
    return client


async def doomed(client):
    """The group is deleted, and not swept yet."""
    await client("DeleteLogGroup", logGroupName="gone")
    client.logs._sweeping.cancel()
    await asyncio.wait([client.logs._sweeping])


@pytest.mark.parametrize(
    ("sizes", "steps"),
    [
        ([100] * 3, [3]),
        ([600_000] * 3, [1, 1, 1]),
        ([500_000] * 4, [2, 2]),
        ([1_048_576, 27], [1, 1]),
        ([27, 1_048_576], [1, 1]),
    ],
    ids=["small", "large", "two", "largest", "largest-last"],
)
async def test_a_step_removes_a_mebibyte_at_most(client, sizes, steps):
    await doomed(await filled(client, *sizes))
    taken = []
    while (found := await step(client))[0]:
        taken.append(found[1])
    assert [each for each in taken if each] == steps
    assert counts(client) == (0, 0, 0)
    assert client.quota.used == 0


async def test_a_step_has_a_number_of_events(client, monkeypatch):
    monkeypatch.setattr(removal, "EVENTS", 4)
    await doomed(await filled(client, *[27] * 10))
    assert [(await step(client))[1] for _ in range(3)] == [4, 4, 2]


async def test_streams_share_the_events_of_a_step(client, monkeypatch):
    monkeypatch.setattr(removal, "EVENTS", 4)
    await client.make("gone", *"abc")
    for stream in "abc":
        await client.put(*[(NOW, "m")] * 3, group="gone", stream=stream)
    await doomed(client)
    assert [(await step(client))[1] for _ in range(3)] == [4, 4, 1]


async def test_streams_without_events_share_a_step(client):
    await client.make("gone", *(f"s{number}" for number in range(removal.STREAMS)))
    await client("DeleteLogGroup", logGroupName="gone")
    before = client.logs.db.commits
    while client.logs._sweeping is not None:
        await asyncio.wait([client.logs._sweeping])
    assert counts(client) == (0, 0, 0)
    assert client.logs.db.commits - before <= 3


async def test_a_group_is_deleted_at_once_whatever_it_has(client):
    await client.make("g", *(f"s{number}" for number in range(50)))
    changes = client.logs.db._writer.total_changes
    deleting = client("DeleteLogGroup", logGroupName="g")
    client.logs.start_sweep = lambda: None
    await deleting
    # The group itself, its row among the deleted ones, and what it counted.
    assert client.logs.db._writer.total_changes - changes <= 4
    await client.make("g", "s1")
    streams = (await client("DescribeLogStreams", logGroupName="g"))["logStreams"]
    assert [each["logStreamName"] for each in streams] == ["s1"]


async def test_requests_go_on_beside_the_sweep(client, monkeypatch):
    monkeypatch.setattr(removal, "EVENTS", 2)
    await client.make("g", "s")
    await client.make("gone", "s")
    for _ in range(3):
        await client.put(*[(NOW, "m")] * 30, group="gone")
    await client("DeleteLogGroup", logGroupName="gone")
    await client.make("gone", "s")
    number = 0
    while client.logs._sweeping is not None:
        await client.put((NOW, f"{number}"), group="gone")
        await client.put((NOW, f"{number}"))
        number += 1
    assert number > 5
    assert (
        await client.messages("gone") == await client.messages() == [str(n) for n in range(number)]
    )
    size = 2 * sum(26 + len(str(n)) for n in range(number))
    assert client.quota.used == size + 2 * (GROUP_BYTES + STREAM_BYTES)


async def test_events_that_come_while_others_expire_are_kept(client, clock, monkeypatch):
    monkeypatch.setattr(removal, "EVENTS", 2)
    await client.make("g", "s", "t")
    for stream in "st":
        await client.put(*[(client.now, "old")] * 9, stream=stream)
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=1)
    await clock.advance(DAY_MS / 1000 + 1)
    assert (await step(client))[0]
    await client.put((client.now - DAY_MS + 5000, "new"))
    while (await step(client))[0]:
        pass
    assert await client.found() == ["new"]
    assert (await client.group())["storedBytes"] == 29
    await clock.advance(10)
    assert (await step(client)) == (True, 1)


async def test_a_stop_in_the_middle_is_taken_up(client):
    await doomed(await filled(client, *[600_000] * 3))
    await step(client)
    await client.restart()
    while client.logs._sweeping is not None:
        await asyncio.wait([client.logs._sweeping])
    assert counts(client) == (0, 0, 0)
    assert client.quota.used == 0


async def test_what_could_not_be_removed_is_tried_again(client, clock, caplog, monkeypatch):
    def full(connection, now):
        raise StorageFull("The disk is full.")

    await client.make("g", "s")
    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(removal, "remove_some", full)
        await client("DeleteLogGroup", logGroupName="g")
        await asyncio.wait([client.logs._sweeping])
    (record,) = caplog.records
    assert "could not be removed: The disk is full." in record.getMessage()
    assert counts(client) == (1, 0, 1)
    await clock.advance(SWEEP_EVERY_S)
    while client.logs._sweeping is not None:
        await asyncio.wait([client.logs._sweeping])
    assert counts(client) == (0, 0, 0)
    assert client.logs._timer is None


async def test_groups_of_an_earlier_version_are_there(tmp_path, clock):
    path = tmp_path / "logs.db"
    earlier = Database(path, schema.MIGRATIONS[:1])

    def fill(connection):
        connection.execute(
            "INSERT INTO log_group (id, account, region, name, created_at, class, tags)"
            " VALUES (1, '000000000000', 'us-east-1', 'g', 1, 'STANDARD', '{}')"
        )
        connection.execute(
            "INSERT INTO log_stream (log_group, name, created_at) VALUES (1, 's', 1)"
        )
        connection.execute(
            "INSERT INTO log_stream (log_group, name, created_at) VALUES (NULL, 'gone', 1)"
        )

    await earlier.write(fill)
    await earlier.close()
    client = await Client(path, clock).open()
    await client.put((NOW, "m"))
    await client.logs.sweep()
    assert await client.messages() == ["m"]
    assert counts(client) == (1, 1, 0)
    await client.logs.close()

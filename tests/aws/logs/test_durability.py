"""What was acknowledged is in the files: they are copied while the service runs, as a crash would leave them."""

import shutil

import pytest
from tests.aws.logs.conftest import Client

NOW = 1_750_000_000_000


@pytest.fixture
async def after_a_crash(client, tmp_path):
    opened = []

    async def crash():
        folder = tmp_path / f"crash{len(opened)}"
        folder.mkdir()
        for path in client.path.parent.glob("logs.db*"):
            shutil.copy(path, folder / path.name)
        opened.append(await Client(folder / "logs.db", client.clock).open())
        return opened[-1]

    yield crash
    for each in opened:
        await each.logs.close()


async def test_each_step_is_there_once_it_is_answered(client, after_a_crash):
    await client.make("g", "s")
    assert (await (await after_a_crash()).group())["storedBytes"] == 0
    await client.put((NOW, "m"))
    assert await (await after_a_crash()).messages() == ["m"]
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=3)
    assert (await (await after_a_crash()).group())["retentionInDays"] == 3
    await client("TagLogGroup", logGroupName="g", tags={"a": "b"})
    tags = await (await after_a_crash())("ListTagsLogGroup", logGroupName="g")
    assert tags == {"tags": {"a": "b"}}
    await client("DeleteLogStream", logGroupName="g", logStreamName="s")
    left = await after_a_crash()
    assert (await left("DescribeLogStreams", logGroupName="g"))["logStreams"] == []
    await client("DeleteLogGroup", logGroupName="g")
    assert (await (await after_a_crash())("DescribeLogGroups"))["logGroups"] == []


async def test_what_a_reader_has_seen_of_a_function_stays(client, after_a_crash):
    client.logs.writer.write(client.account, client.region, "f", "s", [(NOW, "m")])
    assert await client.found("f") == ["m"]
    assert await (await after_a_crash()).found("f") == ["m"]


async def test_a_batch_is_there_as_a_whole_or_not_at_all(client, after_a_crash):
    await client.make("g", "s")
    for size in (1, 10, 100):
        await client.put(*[(NOW, f"{size}.{number}") for number in range(size)])
        messages = await (await after_a_crash()).messages()
        assert len([each for each in messages if each.startswith(f"{size}.")]) == size


async def test_a_deletion_that_was_cut_short_goes_on(client, after_a_crash):
    await client.make("g", "s")
    for _ in range(3):
        await client.put(*[(NOW, "m")] * 900)
    await client("DeleteLogGroup", logGroupName="g")
    left = await after_a_crash()
    await left.logs.sweep()
    assert left.logs.db.query("SELECT count(*) FROM event") == [(0,)]
    assert left.quota.used == 0

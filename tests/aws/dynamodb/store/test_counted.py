"""Tables under a quota: what they take is counted, and refused where it does not fit."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.dynamodb.conftest import Client

from homeport.clock import VirtualClock
from homeport.errors import StorageFull
from homeport.storage.quota import Quota

KIB = 1024
TABLE = "ttt"
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


def key(number):
    return {"id": {"S": f"{number:04}"}}


def item(number, size=10 * KIB):
    return key(number) | {"p": {"S": "p" * size}}


def on_disk(client):
    """Bytes of the pages that are in use."""
    pages, free, size = (
        client.dynamodb.db.query_one(f"PRAGMA {name}")[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


@pytest.fixture
async def client(tmp_path, clock):
    client = Client(tmp_path, clock)
    client.quota = Quota(None)
    await client.open()
    yield client
    await client.close()


@pytest.fixture
def settled():
    """Waits for what goes on in the background."""

    async def wait(holds):
        for _ in range(4000):
            if holds():
                return
            await asyncio.sleep(0.001)
        raise AssertionError("it did not come")

    return wait


@pytest.fixture
async def full(client):
    """Table ttt with items of 10 KiB, as many as fit; answers how many."""
    await client.make(TABLE)
    client.quota.limit = client.quota.used + 300 * KIB
    for number in range(1000):
        try:
            await client.put(item(number), TABLE)
        except StorageFull:
            return number
    raise AssertionError("it was never full")


async def refused(client, number=2000, **more):
    with pytest.raises(StorageFull, match="quota of"):
        await client.put(item(number, **more), TABLE)


async def test_what_is_there_counts(client):
    await client.make(TABLE)
    before = client.quota.used
    assert before == on_disk(client)
    await client.put(item(1, 100 * KIB), TABLE)
    assert client.quota.used == on_disk(client) > before + 100 * KIB
    client.quota = Quota(None)
    await client.restart()
    assert client.quota.used == on_disk(client)


async def test_a_full_table_can_be_read_and_emptied(client, full):
    assert 10 < full < 30
    await refused(client)
    assert await client.get(key(2000), TABLE) is None
    assert await client.get(key(0), TABLE) == item(0)
    for number in range(3):
        await client.delete(key(number), TABLE)
    await client.put(item(2000), TABLE)
    assert await client.get(key(2000), TABLE) == item(2000)


async def test_neighbours_in_a_transaction_are_judged_alone(client, full):
    results = await asyncio.gather(
        *(client.put(item(3000 + number, 150 * KIB), TABLE) for number in range(3)),
        client.delete(key(1), TABLE),
        client.put(key(2), TABLE),
        return_exceptions=True,
    )
    assert [isinstance(result, StorageFull) for result in results] == [True] * 3 + [False] * 2
    assert await client.get(key(1), TABLE) is None
    assert await client.get(key(2), TABLE) == key(2)


async def test_the_table_can_be_deleted(client, full, settled):
    await client("DeleteTable", TableName=TABLE)
    await settled(lambda: client.dynamodb.db.query("SELECT * FROM rows") == [])
    await client.make("new")
    await client.put(item(1), "new")


async def test_streams_count_too(client):
    """Also where the items stay as long as they are."""
    await client("CreateTable", **streamed())
    await client.put(item(1), TABLE)
    client.quota.limit = client.quota.used + 300 * KIB
    results = [
        await outcome(client.put(key(1) | {"p": {"S": letter * 10 * KIB}}, TABLE))
        for letter in "abcdefghijklmnopqrstuvwxyz" * 2
    ]
    assert isinstance(results[-1], StorageFull)
    await client.delete(key(1), TABLE)
    assert await client.get(key(1), TABLE) is None
    await client("DeleteTable", TableName=TABLE)


async def outcome(call):
    (result,) = await asyncio.gather(call, return_exceptions=True)
    return result


def streamed():
    return {
        "TableName": TABLE,
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": STREAM,
    }


async def test_files_of_backups_count_after_a_restart(client, settled):
    await client("CreateTable", **streamed())
    for number in range(20):
        await client.put(item(number), TABLE)
    await client("CreateBackup", TableName=TABLE, BackupName="back")
    await settled(lambda: client.dynamodb.db.query("SELECT 1 FROM backups WHERE file != ''"))
    used = client.quota.used
    assert used > on_disk(client)
    client.quota = Quota(None)
    await client.restart()
    assert client.quota.used == used


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 30)), max_size=40))
def test_whatever_is_written_the_pages_in_use_are_what_counts(steps):
    async def history():
        with tempfile.TemporaryDirectory() as folder:
            client = Client(Path(folder), VirtualClock())
            client.quota = Quota(700 * KIB)
            await client.open()
            try:
                await client.make(TABLE)
                for number, size in steps:
                    await step(client, number, size)
                    assert client.quota.used == on_disk(client)
            finally:
                await client.close()

    asyncio.run(history())


async def step(client, number, size):
    """A put; -1 deletes, which is never refused."""
    if size < 0:
        await client.delete(key(number), TABLE)
        return
    try:
        await client.put(item(number, size * KIB), TABLE)
    except StorageFull:
        assert on_disk(client) > 300 * KIB

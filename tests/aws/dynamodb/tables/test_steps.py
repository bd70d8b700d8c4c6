"""Work in the background where the disk fails for a while."""

import pytest

from homeport.aws.dynamodb.tables.background import steps
from homeport.errors import StorageFull


@pytest.fixture
def full(client, monkeypatch):
    """Lets writes fail as long as it holds something."""
    failures = []
    write = client.dynamodb.db.write

    async def guarded(work):
        if failures:
            failures.pop()
            raise StorageFull("The disk is full.")
        return await write(work)

    monkeypatch.setattr(client.dynamodb.db, "write", guarded)
    return failures


async def test_it_is_tried_again(client, define, clock, full, until, caplog):
    await client("CreateTable", **define.table())
    await client.put({"a": {"S": "1"}}, "tab")
    await client("DeleteTable", TableName="tab")
    full.extend([1, 1, 1])

    async def done():
        await clock.advance(steps.PAUSE_S)
        return not full and client.dynamodb.db.query("SELECT id FROM spaces") == []

    await until(done)
    assert caplog.messages == ["The sweep of deleted tables waits: The disk is full."] * 3


async def test_requests_are_told_at_once(client, define, full):
    full.append(1)
    with pytest.raises(StorageFull):
        await client("CreateTable", **define.table())
    await client("CreateTable", **define.table())

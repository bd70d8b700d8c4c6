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


class TestLongItems:
    """A step ends where it has been through so many bytes, however few items those are."""

    @pytest.fixture(autouse=True)
    async def long(self, client, define, clock, monkeypatch):
        await client("CreateTable", **define.table())
        for number in range(7):
            item = {"a": {"S": str(number)}, "g": {"S": "g"}, "p": {"S": "p" * 1000}}
            await client.put(item | {"t": {"N": str(int(clock.now()) + 1)}}, "tab")
        monkeypatch.setattr(steps, "SIZE", 2000)

    @pytest.fixture
    def written(self, client, monkeypatch):
        """Rows that the background has written or removed, write by write."""
        found = []
        write = client.dynamodb.db.write

        async def counted(work):
            def counting(connection):
                before = connection.total_changes
                result = work(connection)
                found.append(connection.total_changes - before)
                return result

            return await write(counting)

        monkeypatch.setattr(client.dynamodb.db, "write", counted)
        return found

    async def test_of_an_index(self, client, define, written, indexed):
        changes = [{"Create": define.index("gsi", "g")}]
        await client(
            "UpdateTable",
            TableName="tab",
            AttributeDefinitions=define.definitions("g"),
            GlobalSecondaryIndexUpdates=changes,
        )
        table = await indexed()
        assert table["GlobalSecondaryIndexes"][0]["ItemCount"] == 7
        # A row, its count, and for each step how far it came.
        assert max(written) == 2 * 2 + 1

    async def test_of_a_time_to_live(self, client, clock, written, until):
        specification = {"Enabled": True, "AttributeName": "t"}
        await client("UpdateTimeToLive", TableName="tab", TimeToLiveSpecification=specification)
        await until(lambda: len(client.dynamodb.db.query("SELECT * FROM expiries")) == 7)
        assert max(written) == 2 + 1
        await clock.advance(2)
        await until(lambda: client.dynamodb.db.query("SELECT * FROM rows") == [])
        # A row, its count, its expiry.
        assert max(written) == 2 * 3

"""DeleteTable. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html"""

import asyncio
import dataclasses

import pytest

from homeport.aws.dynamodb.store import rows, sweep
from homeport.aws.dynamodb.tables.background import sweeping


@pytest.fixture
async def filled(client, define, monkeypatch):
    """A table of 30 items and an index of them."""
    monkeypatch.setattr(sweeping, "CHUNK", 7)
    await client(
        "CreateTable",
        **define.table(
            attributes=("a", "g"),
            GlobalSecondaryIndexes=[define.index("gsi", "g")],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        ),
    )
    for number in range(30):
        await client.put({"a": {"S": str(number)}, "g": {"S": "g"}}, "tab")


def left(client):
    """Rows and spaces."""
    return [
        client.dynamodb.db.query_one(f"SELECT count(*) FROM {table}")[0]
        for table in ("rows", "spaces", "expiries")
    ]


async def test_it_is_gone_at_once(client, filled):
    answer = (await client("DeleteTable", TableName="tab"))["TableDescription"]
    assert (answer["TableStatus"], answer["ItemCount"]) == ("DELETING", 30)
    assert not answer.keys() & {"KeySchema", "AttributeDefinitions", "CreationDateTime"}
    assert (await client("ListTables"))["TableNames"] == []
    for operation in ("DescribeTable", "DeleteTable"):
        error = await client.refused(operation, TableName="tab")
        assert error.code == "ResourceNotFoundException"
    assert (await client.refused("GetItem", TableName="tab", Key={"a": {"S": "1"}})).code == (
        "ResourceNotFoundException"
    )


async def test_the_name_can_be_used_again_at_once(client, define, filled, described, until):
    await client("DeleteTable", TableName="tab")
    await client("CreateTable", **define.table())
    assert (await described())["ItemCount"] == 0
    await client.put({"a": {"S": "1"}}, "tab")
    await until(lambda: left(client)[0] == 1)
    assert (await described())["ItemCount"] == 1


async def test_its_rows_go_in_the_background(client, filled, until):
    await client("DeleteTable", TableName="tab")
    await until(lambda: left(client) == [0, 0, 0])


async def test_also_after_a_restart(client, filled, until):
    await client("DeleteTable", TableName="tab")
    await client.restart()
    await until(lambda: left(client) == [0, 0, 0])


async def test_its_stream_is_closed(client, filled):
    await client("DeleteTable", TableName="tab")
    assert client.dynamodb.db.query("SELECT count(*) FROM streams WHERE closed_ms IS NULL") == [
        (0,)
    ]


async def test_a_table_that_is_being_made(client, filled):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table.md#ddb-table-001"""
    table = client.dynamodb.tables.find(client.account, client.region, "tab")
    client.dynamodb.tables.set(dataclasses.replace(table, status="CREATING"))
    wanted = "Attempt to change a resource which is still in use: Table is being created: tab"
    for operation, members in (
        ("DeleteTable", {}),
        ("UpdateTable", {"DeletionProtectionEnabled": True}),
    ):
        error = await client.refused(operation, TableName="tab", **members)
        assert (error.code, error.message) == ("ResourceInUseException", wanted)


async def test_what_changes_while_it_waits_counts(client, define, filled, described):
    """A deletion that was asked for together with a change, and is done after it, is refused as it would be then."""
    changes = (
        {"DeletionProtectionEnabled": True},
        {
            "AttributeDefinitions": define.definitions("h"),
            "GlobalSecondaryIndexUpdates": [{"Create": define.index("new", "h")}],
        },
    )
    for members in changes:
        _, refused = await asyncio.gather(
            client("UpdateTable", TableName="tab", **members),
            client("DeleteTable", TableName="tab"),
            return_exceptions=True,
        )
        assert refused.code in ("ValidationException", "ResourceInUseException")
        assert (await described())["TableStatus"] == "ACTIVE"
        await client("UpdateTable", TableName="tab", DeletionProtectionEnabled=False)


async def test_long_rows_go_in_smaller_steps(client, filled):
    space = client.dynamodb.tables.find(client.account, client.region, "tab").id
    (size,) = client.dynamodb.db.query_one("SELECT max(size) FROM rows WHERE space = ?", (space,))
    await client.dynamodb.db.write(lambda connection: rows.drop_space(connection, space))
    before = left(client)[0]
    assert await client.dynamodb.db.write(
        lambda connection: sweep.step(connection, 20, 2 * size + 1)
    )
    assert left(client)[0] == before - 3

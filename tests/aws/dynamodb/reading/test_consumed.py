"""What reading costs: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html."""

import pytest

P = {"S": "a"}


@pytest.fixture
async def table(client, read):
    indexes = [client.gsi("keys", "g:S", "", "KEYS_ONLY"), client.lsi("near", "l:S", "KEYS_ONLY")]
    await client.make("t", "p:S", "s:N", indexes)
    await read.fill(
        {
            "p": P,
            "s": {"N": str(number)},
            "g": {"S": "g"},
            "l": {"S": "l"},
            "x": {"S": "x" * 3000},
        }
        for number in range(10)
    )
    return read


async def consumed(read, operation="Query", mode="INDEXES", **params):
    if operation == "Query":
        name = "g" if params.get("IndexName") == "keys" else "p"
        value = {"S": "g"} if name == "g" else P
        params |= {
            "KeyConditionExpression": f"{name} = :k",
            "ExpressionAttributeValues": {":k": value},
        }
    answer = await read(operation, ReturnConsumedCapacity=mode, **params)
    return answer["ConsumedCapacity"]


@pytest.mark.parametrize("operation", ["Query", "Scan"])
async def test_the_bytes_of_a_page_are_rounded_as_one(table, operation):
    """10 items of some 3,020 bytes are 8 units of 4 KiB."""
    found = await consumed(table, operation, "TOTAL")
    assert found == {"TableName": "t", "CapacityUnits": 4.0}
    found = await consumed(table, operation, ConsistentRead=True)
    assert found == {"TableName": "t", "CapacityUnits": 8.0, "Table": {"CapacityUnits": 8.0}}


async def test_what_the_filter_drops_costs_as_much(table):
    found = await consumed(table, "Scan", FilterExpression="attribute_exists(nothing)", Limit=4)
    assert found["CapacityUnits"] == 1.5


async def test_nothing_found_costs_the_least(table):
    answer = await table.query("p = :p", {":p": {"S": "none"}}, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 0.5


async def test_a_global_index(table):
    assert await consumed(table, IndexName="keys") == {
        "TableName": "t",
        "CapacityUnits": 0.5,
        "Table": {"CapacityUnits": 0.0},
        "GlobalSecondaryIndexes": {"keys": {"CapacityUnits": 0.5}},
    }


@pytest.mark.parametrize("operation", ["Query", "Scan"])
async def test_each_fetched_item_is_rounded_on_its_own(table, operation):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ThroughputConsiderations.Reads"""
    found = await consumed(
        table, operation, IndexName="near", Select="ALL_ATTRIBUTES", ConsistentRead=True
    )
    assert found == {
        "TableName": "t",
        "CapacityUnits": 11.0,
        "Table": {"CapacityUnits": 10.0},
        "LocalSecondaryIndexes": {"near": {"CapacityUnits": 1.0}},
    }
    found = await consumed(table, operation, IndexName="near", ProjectionExpression="s")
    assert found["Table"] == {"CapacityUnits": 0.0}


async def test_none(table):
    answer = await table("Scan", ReturnConsumedCapacity="NONE", Limit=1)
    assert "ConsumedCapacity" not in answer

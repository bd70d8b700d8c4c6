"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html"""

import pytest

from homeport.aws.dynamodb.store import rows

KEY = {"id": {"S": "a"}}


@pytest.fixture(autouse=True)
async def table(client):
    return await client.make("t", "id:S")


async def test_a_put_replaces_the_whole_item(client, table):
    assert await client.put({**KEY, "x": {"S": "1"}}) == {}
    assert await client.put({"y": {"S": "22"}, **KEY}) == {}
    assert await client.get(KEY) == {"y": {"S": "22"}, **KEY}
    with client.dynamodb.db.snapshot() as connection:
        assert rows.count(connection, table.id) == (1, 6)


async def test_an_answered_put_is_durable(client):
    """The answer comes after the commit, with which another connection sees it."""
    await client.put({**KEY, "x": {"S": "1"}})
    query = "SELECT item FROM rows"
    found = await client.dynamodb.db.scan(lambda connection: connection.execute(query).fetchall())
    assert len(found) == 1
    await client.restart()
    assert await client.get(KEY) == {**KEY, "x": {"S": "1"}}


async def test_the_old_item(client):
    item = {**KEY, "x": {"S": "1"}}
    assert await client.put(item, ReturnValues="ALL_OLD") == {}
    assert await client.put(KEY, ReturnValues="ALL_OLD") == {"Attributes": item}
    assert await client.put(KEY, ReturnValues="NONE") == {}


@pytest.mark.parametrize("wanted", ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
async def test_other_values_are_not_returned(client, wanted):
    """https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/putItem.test.ts"""
    message = await client.invalid("PutItem", TableName="t", Item=KEY, ReturnValues=wanted)
    assert message == "1 validation error detected: ReturnValues can only be ALL_OLD or NONE"
    assert await client.get(KEY) is None


async def test_a_condition(client):
    condition = {"ConditionExpression": "attribute_not_exists(id)"}
    await client.put({**KEY, "x": {"S": "1"}}, **condition)
    error = await client.refused("PutItem", TableName="t", Item=KEY, **condition)
    assert (error.code, error.message) == (
        "ConditionalCheckFailedException",
        "The conditional request failed",
    )
    assert "Item" not in error.fields
    assert await client.get(KEY) == {**KEY, "x": {"S": "1"}}


async def test_a_failed_condition_may_tell_the_item(client):
    item = {**KEY, "x": {"S": "1"}}
    await client.put(item)
    asked = {"TableName": "t", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    condition = {"ConditionExpression": "attribute_not_exists(id)"}
    error = await client.refused("PutItem", Item=KEY, **condition, **asked)
    assert error.fields == {"Item": item}
    other = {"id": {"S": "b"}}
    condition = {"ConditionExpression": "attribute_exists(id)"}
    error = await client.refused("PutItem", Item=other, **condition, **asked)
    assert error.fields == {}


async def test_expected(client):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.Expected.html"""
    await client.put({**KEY, "x": {"N": "1"}}, Expected={"id": {"Exists": False}})
    wrong = {"x": {"Value": {"N": "2"}}}
    error = await client.refused("PutItem", TableName="t", Item=KEY, Expected=wrong)
    assert error.code == "ConditionalCheckFailedException"
    right = {"x": {"ComparisonOperator": "GE", "AttributeValueList": [{"N": "1"}]}}
    await client.put(KEY, Expected=right)
    assert await client.get(KEY) == KEY


TOO_LARGE = "Item size has exceeded the maximum allowed size"
"""https://github.com/architect/dynalite/blob/main/test/putItem.js"""


async def test_the_largest_item(client):
    """400 KB with the names: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items-size"""
    room = 400 * 1024 - len("id") - len("a") - len("x")
    await client.put({**KEY, "x": {"S": "x" * room}})
    large = {**KEY, "x": {"S": "x" * (room + 1)}}
    assert await client.invalid("PutItem", TableName="t", Item=large) == TOO_LARGE
    batch = {"t": [{"PutRequest": {"Item": large}}]}
    assert await client.invalid("BatchWriteItem", RequestItems=batch) == TOO_LARGE


@pytest.mark.parametrize(
    ("size", "units"), [(1, 1.0), (1024 - 4, 1.0), (1024 - 3, 2.0), (5000, 5.0)]
)
async def test_consumed_capacity(client, size, units):
    item = {**KEY, "x": {"S": "x" * size}}
    answer = await client.put(item, ReturnConsumedCapacity="TOTAL")
    assert answer == {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": units}}


async def test_the_larger_of_old_and_new_is_paid_for(client):
    await client.put({**KEY, "x": {"S": "x" * 3000}})
    answer = await client.put(KEY, ReturnConsumedCapacity="INDEXES")
    capacity = {"TableName": "t", "CapacityUnits": 3.0, "Table": {"CapacityUnits": 3.0}}
    assert answer == {"ConsumedCapacity": capacity}


async def test_capacity_of_indexes(client):
    indexes = [client.gsi("by_g", "g:S", projection="KEYS_ONLY"), client.lsi("by_l", "l:S")]
    await client.make("x", "id:S", "nr:N", indexes)
    key = {**KEY, "nr": {"N": "1"}}
    asked = {"ReturnConsumedCapacity": "INDEXES"}
    item = {**key, "g": {"S": "1"}, "l": {"S": "1"}, "pad": {"S": "x" * 1500}}
    capacity = (await client.put(item, "x", **asked))["ConsumedCapacity"]
    assert capacity == {
        "TableName": "x",
        "CapacityUnits": 5.0,
        "Table": {"CapacityUnits": 2.0},
        "GlobalSecondaryIndexes": {"by_g": {"CapacityUnits": 1.0}},
        "LocalSecondaryIndexes": {"by_l": {"CapacityUnits": 2.0}},
    }
    moved = {**item, "g": {"S": "2"}}
    capacity = (await client.put(moved, "x", **asked))["ConsumedCapacity"]
    assert capacity["GlobalSecondaryIndexes"] == {"by_g": {"CapacityUnits": 2.0}}
    untouched = {**moved, "pad": {"S": "y" * 1500}}
    capacity = (await client.put(untouched, "x", **asked))["ConsumedCapacity"]
    assert "GlobalSecondaryIndexes" not in capacity
    assert capacity["LocalSecondaryIndexes"] == {"by_l": {"CapacityUnits": 2.0}}
    reordered = dict(reversed(untouched.items()))
    capacity = (await client.put(reordered, "x", **asked))["ConsumedCapacity"]
    assert capacity == {"TableName": "x", "CapacityUnits": 2.0, "Table": {"CapacityUnits": 2.0}}


async def test_a_table_that_goes_while_the_put_waits(client, table):
    put = client.dynamodb.db.write(lambda _: client.dynamodb.tables.remove(table))
    waiting = client.refused("PutItem", TableName="t", Item=KEY)
    import asyncio

    _, error = await asyncio.gather(put, waiting)
    assert error.code == "ResourceNotFoundException"
    client.dynamodb.tables.set(table)
    assert await client.get(KEY) is None


async def test_what_changes_nothing_costs_no_commit(client):
    await client.put({**KEY, "x": {"S": "1"}})
    before = client.dynamodb.db.commits
    await client.put({**KEY, "x": {"S": "1"}})
    await client.delete({"id": {"S": "none"}})
    assert client.dynamodb.db.commits == before
    await client.restart()
    assert await client.get(KEY) == {**KEY, "x": {"S": "1"}}

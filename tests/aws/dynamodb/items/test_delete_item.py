"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html"""

import pytest

from homeport.aws.dynamodb.store import rows

KEY = {"id": {"S": "a"}}
ITEM = {**KEY, "x": {"S": "1"}}


@pytest.fixture(autouse=True)
async def table(client):
    made = await client.make("t", "id:S")
    await client.put(ITEM)
    return made


async def test_an_item_goes(client, table):
    assert await client.delete(KEY) == {}
    assert await client.get(KEY) is None
    with client.dynamodb.db.snapshot() as connection:
        assert rows.count(connection, table.id) == (0, 0)
    await client.restart()
    assert await client.get(KEY) is None


async def test_the_old_item(client):
    assert await client.delete(KEY, ReturnValues="ALL_OLD") == {"Attributes": ITEM}
    assert await client.delete(KEY, ReturnValues="ALL_OLD") == {}
    assert await client.delete(KEY) == {}


@pytest.mark.parametrize("wanted", ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
async def test_other_values_are_not_returned(client, wanted):
    """https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/deleteItem.test.ts"""
    message = await client.invalid("DeleteItem", TableName="t", Key=KEY, ReturnValues=wanted)
    assert message == "1 validation error detected: ReturnValues can only be ALL_OLD or NONE"
    assert await client.get(KEY) == ITEM


async def test_a_condition(client):
    condition = {"ConditionExpression": "x = :v", "ExpressionAttributeValues": {":v": {"S": "2"}}}
    told = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    error = await client.refused("DeleteItem", TableName="t", Key=KEY, **condition, **told)
    assert (error.code, error.fields) == ("ConditionalCheckFailedException", {"Item": ITEM})
    condition["ExpressionAttributeValues"] = {":v": {"S": "1"}}
    await client.delete(KEY, **condition)
    assert await client.get(KEY) is None


async def test_a_condition_on_an_item_that_is_not_there(client):
    asked = {"TableName": "t", "Key": {"id": {"S": "zzz"}}}
    condition = {"ConditionExpression": "attribute_exists(id)"}
    error = await client.refused("DeleteItem", **asked, **condition)
    assert error.code == "ConditionalCheckFailedException"
    condition = {"ConditionExpression": "attribute_not_exists(id)"}
    assert await client("DeleteItem", **asked, **condition) == {}


async def test_expected(client):
    error = await client.refused(
        "DeleteItem", TableName="t", Key=KEY, Expected={"x": {"Exists": False}}
    )
    assert error.code == "ConditionalCheckFailedException"
    await client.delete(KEY, Expected={"x": {"Value": {"S": "1"}}})
    assert await client.get(KEY) is None


@pytest.mark.parametrize(("key", "units"), [("big", 3.0), ("none", 1.0)])
async def test_consumed_capacity(client, key, units):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html"""
    await client.put({"id": {"S": "big"}, "x": {"S": "x" * 3000}})
    answer = await client.delete({"id": {"S": key}}, ReturnConsumedCapacity="TOTAL")
    assert answer == {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": units}}

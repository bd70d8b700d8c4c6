"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html"""

import pytest

from homeport.aws.dynamodb.store import rows

KEY = {"id": {"S": "a"}}
V = {":v": {"S": "v"}}


@pytest.fixture(autouse=True)
async def table(client):
    return await client.make("t", "id:S")


def values(**named):
    return {"ExpressionAttributeValues": {f":{name}": value for name, value in named.items()}}


async def test_an_update_makes_an_item(client, table):
    assert await client.update(KEY, "SET x = :v", **values(v={"S": "v"})) == {}
    assert await client.get(KEY) == {**KEY, "x": {"S": "v"}}
    with client.dynamodb.db.snapshot() as connection:
        assert rows.count(connection, table.id) == (1, 5)


async def test_a_key_alone_makes_an_item(client):
    """https://github.com/architect/dynalite/blob/main/test/updateItem.js, "should just add item with key if no action" """
    assert await client("UpdateItem", TableName="t", Key=KEY) == {}
    assert await client.get(KEY) == KEY
    await client("UpdateItem", TableName="t", Key=KEY, ReturnValues="ALL_NEW")
    assert await client.get(KEY) == KEY


@pytest.mark.parametrize("returned", ["ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD", "NONE"])
async def test_taking_away_from_no_item_makes_none(client, returned):
    """https://github.com/scylladb/scylladb/issues/5862"""
    assert await client.update(KEY, "REMOVE x", ReturnValues=returned) == {}
    await client.update(KEY, "DELETE x :v REMOVE y", **values(v={"SS": ["a"]}))
    legacy = {"AttributeUpdates": {"x": {"Action": "DELETE"}}, "ReturnValues": returned}
    assert await client("UpdateItem", TableName="t", Key=KEY, **legacy) == {}
    assert await client.get(KEY) is None


async def test_taking_away_and_setting_makes_one(client):
    await client.update(KEY, "REMOVE x SET y = :v", **values(v={"S": "y"}))
    assert await client.get(KEY) == {**KEY, "y": {"S": "y"}}


async def test_a_null_is_no_value(client):
    """https://github.com/nubo-db/dynamodb-conformance (putItem)"""
    error = await client.refused("PutItem", TableName="t", Item={**KEY, "x": None})
    assert "null AttributeValue" in error.message
    assert await client.get(KEY) is None


async def test_an_existing_item_keeps_the_rest(client):
    await client.put({**KEY, "x": {"S": "1"}, "y": {"N": "1"}, "z": {"S": "z"}})
    await client.update(KEY, "SET x = :v ADD y :n REMOVE z", **values(v={"S": "v"}, n={"N": "2"}))
    assert await client.get(KEY) == {**KEY, "x": {"S": "v"}, "y": {"N": "3"}}
    await client.restart()
    assert await client.get(KEY) == {**KEY, "x": {"S": "v"}, "y": {"N": "3"}}


OLD = {
    **KEY,
    "x": {"S": "1"},
    "m": {"M": {"l": {"L": [{"S": "0"}, {"S": "1"}, {"S": "2"}]}, "o": {"S": "o"}}},
    "gone": {"S": "g"},
}
CHANGE = "SET x = :v, fresh = :v, m.l[1] = :v REMOVE gone"
NEW = {
    **KEY,
    "x": {"S": "v"},
    "m": {"M": {"l": {"L": [{"S": "0"}, {"S": "v"}, {"S": "2"}]}, "o": {"S": "o"}}},
    "fresh": {"S": "v"},
}


def one_of_list(text):
    return {"m": {"M": {"l": {"L": [{"S": text}]}}}}


@pytest.mark.parametrize(
    ("wanted", "attributes"),
    [
        ("NONE", None),
        ("ALL_OLD", OLD),
        ("ALL_NEW", NEW),
        ("UPDATED_OLD", {"x": {"S": "1"}, "gone": {"S": "g"}, **one_of_list("1")}),
        ("UPDATED_NEW", {"x": {"S": "v"}, "fresh": {"S": "v"}, **one_of_list("v")}),
    ],
)
async def test_return_values(client, wanted, attributes):
    """Paths are answered as paths: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#DDB-UpdateItem-request-ReturnValues"""
    await client.put(OLD)
    answer = await client.update(KEY, CHANGE, ReturnValues=wanted, **values(v={"S": "v"}))
    assert answer.get("Attributes") == attributes
    assert await client.get(KEY) == NEW


@pytest.mark.parametrize(
    ("wanted", "attributes"),
    [
        ("ALL_OLD", None),
        ("UPDATED_OLD", None),
        ("ALL_NEW", {**KEY, "x": {"S": "v"}}),
        ("UPDATED_NEW", {"x": {"S": "v"}}),
    ],
)
async def test_return_values_of_an_item_that_was_not_there(client, wanted, attributes):
    answer = await client.update(KEY, "SET x = :v", ReturnValues=wanted, **values(v={"S": "v"}))
    assert answer.get("Attributes") == attributes


async def test_nothing_is_new_where_all_was_taken_away(client):
    await client.put({**KEY, "x": {"S": "1"}})
    assert await client.update(KEY, "REMOVE x", ReturnValues="UPDATED_NEW") == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SET id = :v", "id"),
        ("REMOVE x SET nr = :v", "nr"),
        ("SET nr = :v, id = :v", "id"),
        ("SET id.a = :v", "id"),
    ],
)
async def test_a_key_stays(client, text, name):
    """https://github.com/architect/dynalite/blob/main/test/updateItem.js"""
    await client.make("hs", "id:S", "nr:S")
    key = {**KEY, "nr": {"S": "n"}}
    asked = {"TableName": "hs", "Key": key, "ExpressionAttributeValues": V}
    message = await client.invalid("UpdateItem", UpdateExpression=text, **asked)
    assert message == (
        f"One or more parameter values were invalid: Cannot update attribute {name}. "
        "This attribute is part of the key"
    )
    change = {name: {"Value": {"S": "v"}}}
    legacy = await client.invalid("UpdateItem", TableName="hs", Key=key, AttributeUpdates=change)
    assert legacy == message


async def test_a_condition(client):
    condition = {"ConditionExpression": "x = :o"}
    asked = {"TableName": "t", "Key": KEY, "UpdateExpression": "SET x = :v", **condition}
    asked |= values(v={"S": "v"}, o={"S": "o"})
    asked |= {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    error = await client.refused("UpdateItem", **asked)
    assert (error.code, error.fields) == ("ConditionalCheckFailedException", {})
    assert await client.get(KEY) is None
    await client.put({**KEY, "x": {"S": "other"}})
    error = await client.refused("UpdateItem", **asked)
    assert error.fields == {"Item": {**KEY, "x": {"S": "other"}}}
    await client.put({**KEY, "x": {"S": "o"}})
    await client("UpdateItem", **asked)
    assert await client.get(KEY) == {**KEY, "x": {"S": "v"}}


async def test_legacy_updates(client):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html"""
    await client.put({**KEY, "n": {"N": "1"}, "s": {"SS": ["a", "b"]}, "x": {"S": "x"}})
    changes = {
        "n": {"Action": "ADD", "Value": {"N": "2"}},
        "s": {"Action": "DELETE", "Value": {"SS": ["a"]}},
        "x": {"Action": "DELETE"},
        "y": {"Value": {"S": "y"}},
    }
    asked = {"AttributeUpdates": changes, "Expected": {"n": {"Value": {"N": "1"}}}}
    answer = await client("UpdateItem", TableName="t", Key=KEY, ReturnValues="UPDATED_NEW", **asked)
    updated = {"n": {"N": "3"}, "s": {"SS": ["b"]}, "y": {"S": "y"}}
    assert answer == {"Attributes": updated}
    error = await client.refused("UpdateItem", TableName="t", Key=KEY, **asked)
    assert error.code == "ConditionalCheckFailedException"
    assert await client.get(KEY) == {**KEY, **updated}


TOO_LARGE = "Item size to update has exceeded the maximum allowed size"
"""https://github.com/architect/dynalite/blob/main/test/updateItem.js"""
LIMIT = 400 * 1024


async def grow(client, size, text="SET x = :v"):
    """Updates to an item of this size in all."""
    room = size - len("id") - len("a") - len("x")
    return await client.update(KEY, text, **values(v={"S": "x" * room}))


async def test_the_largest_update(client):
    """The key does not count, the update and its clauses do: https://github.com/nubo-db/dynoxide/pull/195"""
    largest = LIMIT - 3 - 19 + len("id") + len("a")
    await grow(client, largest)
    asked = {"TableName": "t", "Key": KEY, "UpdateExpression": "SET x = :v"}
    asked |= values(v={"S": "x" * (largest + 1 - 4)})
    assert await client.invalid("UpdateItem", **asked) == TOO_LARGE
    await grow(client, largest - 2, "SET x = :v REMOVE y")


async def test_an_item_with_a_long_key_is_no_larger(client):
    key = {"id": {"S": "k" * 1000}}
    room = LIMIT - len("id") - 1000 - len("x")
    change = {"TableName": "t", "Key": key, "UpdateExpression": "SET x = :v"}
    await client("UpdateItem", **change, **values(v={"S": "x" * room}))
    text = await client.invalid("UpdateItem", **change, **values(v={"S": "x" * (room + 1)}))
    assert text == TOO_LARGE
    assert len((await client.get(key))["x"]["S"]) == room


async def test_an_update_that_fails_changes_nothing(client):
    await client.put({**KEY, "x": {"S": "1"}})
    change = {"UpdateExpression": "SET y = :v, x = x + :v", **values(v={"N": "1"})}
    text = await client.invalid("UpdateItem", TableName="t", Key=KEY, **change)
    assert text == "An operand in the update expression has an incorrect data type"
    assert await client.get(KEY) == {**KEY, "x": {"S": "1"}}


async def test_consumed_capacity(client):
    await client.put({**KEY, "x": {"S": "x" * 2000}})
    answer = await client.update(KEY, "REMOVE x", ReturnConsumedCapacity="TOTAL")
    assert answer == {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": 2.0}}

"""What is said of attributes that are keys of indexes and hold what no key can be.

Types: https://github.com/architect/dynalite/blob/main/test/putItem.js and updateItem.js. Empty values and which index is named:
https://github.com/nubo-db/dynoxide/blob/main/tests/index_key_validation.rs. Sizes: https://github.com/architect/dynalite/issues/35
"""

import dataclasses

import pytest

from homeport.aws.dynamodb.store import rows

TYPE = "One or more parameter values were invalid: Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {}"
EMPTY = (
    "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
    "The AttributeValue for a key attribute cannot contain an empty {} value. IndexName: {}, IndexKey: {}"
)
UPDATE_EMPTY = (
    "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value "
    "that is not supported. The AttributeValue for a key attribute cannot contain an empty {} value."
)
SIZE = (
    "One or more parameter values were invalid: Size limit exceeded for Index Key {} Actual Size: {} bytes Max Size: {} bytes "
    "IndexName: {}"
)
UNSUPPORTED = (
    "The update expression attempted to update the secondary index key to unsupported type"
)
KEY = {"id": {"S": "a"}, "nr": {"S": "b"}}


@pytest.fixture(autouse=True)
async def table(client):
    indexes = [
        client.gsi("z_first", "g:S", "r:N"),
        client.gsi("by_b", "b:B"),
        client.lsi("by_l", "l:S"),
        client.gsi("by_many", "m:S,o:N", "p:S,q:B"),
    ]
    return await client.make("t", "id:S", "nr:S", indexes)


CASES = [
    ("g", {"N": "1"}, TYPE.format("g", "S", "N", "z_first")),
    ("r", {"S": "1"}, TYPE.format("r", "N", "S", "z_first")),
    ("b", {"L": []}, TYPE.format("b", "B", "L", "by_b")),
    ("l", {"NULL": True}, TYPE.format("l", "S", "NULL", "by_l")),
    ("o", {"S": "1"}, TYPE.format("o", "N", "S", "by_many")),
    ("q", {"N": "1"}, TYPE.format("q", "B", "N", "by_many")),
    ("g", {"S": "x" * 2049}, SIZE.format("g", 2049, 2048, "z_first")),
    ("l", {"S": "é" * 512 + "a"}, SIZE.format("l", 1025, 1024, "by_l")),
    ("b", {"B": "AAAA" * 683}, SIZE.format("b", 2049, 2048, "by_b")),
]


@pytest.mark.parametrize(("name", "value", "text"), CASES)
async def test_a_put(client, name, value, text):
    item = {**KEY, name: value}
    assert await client.invalid("PutItem", TableName="t", Item=item) == text
    put = {"t": [{"PutRequest": {"Item": item}}]}
    assert await client.invalid("BatchWriteItem", RequestItems=put) == text
    assert await client.get(KEY) is None


@pytest.mark.parametrize(("name", "value", "text"), CASES)
async def test_an_update(client, name, value, text):
    """Seen before the condition is looked at."""
    change = {"UpdateExpression": f"SET {name} = :v", "ExpressionAttributeValues": {":v": value}}
    condition = {"ConditionExpression": "attribute_exists(id)"}
    found = await client.invalid("UpdateItem", TableName="t", Key=KEY, **change, **condition)
    assert found == text
    assert await client.get(KEY) is None


@pytest.mark.parametrize(("name", "value", "text"), CASES)
async def test_a_legacy_update(client, name, value, text):
    change = {name: {"Value": value, "Action": "PUT"}}
    found = await client.invalid("UpdateItem", TableName="t", Key=KEY, AttributeUpdates=change)
    assert found == text


@pytest.mark.parametrize(
    ("name", "value", "kind", "index"),
    [
        ("g", {"S": ""}, "string", "z_first"),
        ("b", {"B": ""}, "binary", "by_b"),
        ("l", {"S": ""}, "string", "by_l"),
    ],
)
async def test_an_empty_value(client, name, value, kind, index):
    text = EMPTY.format(kind, index, name)
    assert await client.invalid("PutItem", TableName="t", Item={**KEY, name: value}) == text
    values = {":v": value}
    change = {"UpdateExpression": f"SET {name} = :v", "ExpressionAttributeValues": values}
    found = await client.invalid("UpdateItem", TableName="t", Key=KEY, **change)
    assert found == UPDATE_EMPTY.format(kind)


async def test_of_several_the_index_whose_name_comes_first_is_named(client):
    item = {**KEY, "g": {"N": "1"}, "l": {"N": "1"}, "b": {"N": "1"}}
    text = TYPE.format("b", "B", "N", "by_b")
    assert await client.invalid("PutItem", TableName="t", Item=item) == text


async def test_a_type_that_shows_only_when_the_update_is_done(client):
    await client.put({**KEY, "o5": {"N": "5"}, "e": {"S": ""}, "long": {"S": "x" * 3000}})
    refused = {
        "SET g = o5": UNSUPPORTED,
        "SET g = e": UPDATE_EMPTY.format("string"),
        "SET g = #l": SIZE.format("g", 3000, 2048, "z_first"),
    }
    for text, message in refused.items():
        names = {"ExpressionAttributeNames": {"#l": "long"}} if "#" in text else {}
        change = {"UpdateExpression": text, **names}
        assert await client.invalid("UpdateItem", TableName="t", Key=KEY, **change) == message
    assert "g" not in await client.get(KEY)


async def test_an_index_key_may_be_taken_away(client):
    await client.put({**KEY, "g": {"S": "g"}, "r": {"N": "1"}})
    await client.update(KEY, "REMOVE g")
    assert await client.get(KEY) == {**KEY, "r": {"N": "1"}}


async def test_what_an_update_does_not_touch_may_be_older_than_the_index(client, table):
    client.dynamodb.tables.set(dataclasses.replace(table, indexes=()))
    await client.put({**KEY, "g": {"N": "5"}, "r": {"N": "1"}})
    client.dynamodb.tables.set(table)
    values = {":x": {"S": "x"}}
    await client.update(KEY, "SET x = :x", ExpressionAttributeValues=values)
    assert (await client.get(KEY))["x"] == {"S": "x"}
    with client.dynamodb.db.snapshot() as connection:
        assert rows.count(connection, table.index("z_first").space) == (0, 0)


SCALARS = (
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
)
"""https://github.com/architect/dynalite/blob/main/test/getItem.js"""


@pytest.mark.parametrize(
    ("name", "text"),
    [("id", "Key: id"), ("nr", "Key: nr"), ("l", "IndexKey: l"), ("q", "IndexKey: q")],
)
async def test_keys_have_no_inside(client, name, text):
    asked = {"TableName": "t", "Key": KEY}
    text = SCALARS + text
    exists = {"ConditionExpression": f"attribute_exists({name}[0]) AND size({name}) > size(x)"}
    assert await client.invalid("GetItem", **asked, ProjectionExpression=f"x, {name}.a") == text
    assert await client.invalid("DeleteItem", **asked, **exists) == text
    assert await client.invalid("PutItem", TableName="t", Item=KEY, **exists) == text
    assert await client.invalid("UpdateItem", **asked, UpdateExpression=f"SET x = {name}.a") == text
    assert (
        await client.invalid("UpdateItem", **asked, UpdateExpression="REMOVE x", **exists) == text
    )
    batch = {"t": {"Keys": [KEY], "ProjectionExpression": f"{name}[1]"}}
    assert await client.invalid("BatchGetItem", RequestItems=batch) == text


async def test_types_come_before_paths(client):
    """https://github.com/architect/dynalite/blob/main/test/updateItem.js, "... if trying to update wrong type on index" """
    change = {
        "UpdateExpression": "SET g = :v, x = r.a",
        "ExpressionAttributeValues": {":v": {"N": "1"}},
    }
    text = TYPE.format("g", "S", "N", "z_first")
    assert await client.invalid("UpdateItem", TableName="t", Key=KEY, **change) == text

"""Writes that wait while their table changes work on the table as it is when their turn comes."""

import asyncio
from dataclasses import replace

import pytest

KEY = {"id": {"S": "a"}}
ITEM = {**KEY, "g": {"N": "1"}}
WRITES = [
    ("PutItem", {"TableName": "table", "Item": ITEM}),
    (
        "UpdateItem",
        {
            "TableName": "table",
            "Key": KEY,
            "UpdateExpression": "SET g = :g",
            "ExpressionAttributeValues": {":g": ITEM["g"]},
        },
    ),
    ("BatchWriteItem", {"RequestItems": {"table": [{"PutRequest": {"Item": ITEM}}]}}),
    ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "table", "Item": ITEM}}]}),
    ("ExecuteStatement", {"Statement": "INSERT INTO \"table\" VALUE {'id': 'a', 'g': 1}"}),
    (
        "ExecuteTransaction",
        {"TransactStatements": [{"Statement": "INSERT INTO \"table\" VALUE {'id': 'a', 'g': 1}"}]},
    ),
]


async def waiting(client, operation, params):
    """A write that was asked for, and has not had its turn."""
    task = asyncio.ensure_future(client(operation, **params))
    await asyncio.sleep(0)
    return task


@pytest.mark.parametrize(("operation", "params"), WRITES)
@pytest.mark.parametrize("is_gone", [True, False])
async def test_a_table_that_is_deleted_meanwhile(client, operation, params, is_gone):
    table = await client.make("table")
    task = await waiting(client, operation, params)
    if is_gone:
        client.dynamodb.tables.remove(table)
    else:
        client.dynamodb.tables.set(replace(table, status="DELETING"))
    with pytest.raises(Exception, match="Requested resource not found"):
        await task
    client.dynamodb.tables.set(table)
    assert await client.get(KEY, "table") is None


@pytest.mark.parametrize(("operation", "params"), WRITES)
async def test_an_index_that_is_added_meanwhile(client, operation, params):
    table = await client.make("table")
    other = await client.make("other", "id:S", "", [client.gsi("by_g", "g:S")])
    task = await waiting(client, operation, params)
    client.dynamodb.tables.set(
        replace(table, types=other.types, indexes=(replace(other.indexes[0], space=999),))
    )
    with pytest.raises(Exception, match=r"unsupported type|Type mismatch|ValidationError"):
        await task
    assert await client.get(KEY, "table") is None

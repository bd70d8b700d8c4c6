"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""

import asyncio

import pytest

A, B, C = ({"id": {"S": name}} for name in "abc")
NUMBERED = {"id": {"S": "a"}, "nr": {"N": "1"}}


def put(item, **more):
    return {"PutRequest": {"Item": {**item, **more}}}


def delete(key):
    return {"DeleteRequest": {"Key": key}}


@pytest.fixture(autouse=True)
async def tables(client):
    await client.make("t", "id:S")
    await client.make("u", "id:S", "nr:N", [client.lsi("by_l", "l:S")])


async def write(client, more=None, **asked):
    return await client("BatchWriteItem", RequestItems=asked, **(more or {}))


async def test_puts_and_deletes_in_several_tables(client):
    await client.put(A)
    answer = await write(client, t=[put(B, x={"S": "1"}), delete(A), delete(C)], u=[put(NUMBERED)])
    assert answer == {"UnprocessedItems": {}}
    await client.restart()
    assert await client.get(A) is None
    assert await client.get(B) == {**B, "x": {"S": "1"}}
    assert await client.get(NUMBERED, "u") == NUMBERED


async def test_a_batch_is_one_commit(client):
    before = client.dynamodb.db.commits
    await write(client, t=[put({"id": {"S": str(number)}}) for number in range(25)])
    assert client.dynamodb.db.commits == before + 1


async def test_consumed_capacity(client):
    asked = {"ReturnConsumedCapacity": "INDEXES"}
    t = [put(A, x={"S": "x" * 1500}), delete(B)]
    answer = await write(client, asked, t=t, u=[put(NUMBERED, l={"S": "l"})])
    assert answer["ConsumedCapacity"] == [
        {"TableName": "t", "CapacityUnits": 3.0, "Table": {"CapacityUnits": 3.0}},
        {
            "TableName": "u",
            "CapacityUnits": 2.0,
            "Table": {"CapacityUnits": 1.0},
            "LocalSecondaryIndexes": {"by_l": {"CapacityUnits": 1.0}},
        },
    ]


async def test_item_collections(client):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ItemCollectionMetrics.html"""
    other = {**NUMBERED, "nr": {"N": "2"}}
    far = {**NUMBERED, "id": {"S": "far"}}
    asked = {"ReturnItemCollectionMetrics": "SIZE"}
    answer = await write(client, asked, t=[put(A)], u=[put(NUMBERED), delete(other), put(far)])
    sizes = [0.0, 1.0]
    assert answer["ItemCollectionMetrics"] == {
        "u": [
            {"ItemCollectionKey": {"id": {"S": "a"}}, "SizeEstimateRangeGB": sizes},
            {"ItemCollectionKey": {"id": {"S": "far"}}, "SizeEstimateRangeGB": sizes},
        ]
    }
    assert "ItemCollectionMetrics" not in await write(client, asked, t=[put(A)])


DUPLICATES = "Provided list of item keys contains duplicates"
SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
    "supported datatypes"
)
"""Both: https://github.com/architect/dynalite/blob/main/test/batchWriteItem.js"""
TOO_MANY = "Too many items requested for the BatchWriteItem call"
"""https://github.com/zio/zio-dynamodb/issues/77"""


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"t": [put(A), delete(A)]}, DUPLICATES),
        ({"t": [delete(A), put(B), put(A)]}, DUPLICATES),
        ({"u": [put(NUMBERED), delete({**NUMBERED, "nr": {"N": "1.0"}})]}, DUPLICATES),
        ({"t": [{}]}, SEVERAL),
        ({"t": [put(A) | delete(B)]}, SEVERAL),
        ({"none": [put(A, x={"S": "x" * 410_000}), {}]}, "Item size has exceeded the maximum allowed size"),
        (
            {"t": [put({"id": {"S": str(n)}}) for n in range(25)], "u": [put(NUMBERED)]},
            TOO_MANY,
        ),
    ],
)  # fmt: skip
async def test_refusals(client, asked, text):
    assert await client.invalid("BatchWriteItem", RequestItems=asked) == text
    assert await client.get(A) is None


async def test_one_table_by_two_names(client):
    arn = client.dynamodb.tables.find(client.account, client.region, "t").arn
    asked = {"t": [put(A)], arn: [delete(A)]}
    assert await client.invalid("BatchWriteItem", RequestItems=asked) == DUPLICATES
    await client("BatchWriteItem", RequestItems={"t": [put(A)], arn: [put(B)]})
    assert await client.get(B, arn) == B


async def test_the_table_comes_before_duplicates(client):
    """https://github.com/architect/dynalite/blob/main/test/batchWriteItem.js"""
    error = await client.refused("BatchWriteItem", RequestItems={"none": [put(A), put(A)]})
    assert (error.code, error.message) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )


async def test_nothing_is_written_where_one_cannot_be(client):
    table = client.dynamodb.tables.find(client.account, client.region, "u")
    gone = client.dynamodb.db.write(lambda _: client.dynamodb.tables.remove(table))
    asked = {"t": [put(A)], "u": [put(NUMBERED)]}
    _, error = await asyncio.gather(gone, client.refused("BatchWriteItem", RequestItems=asked))
    assert error.code == "ResourceNotFoundException"
    assert await client.get(A) is None


async def test_accounts_are_apart(client):
    other = client.other()
    await other.make("t", "id:S")
    await write(client, t=[put(A, whose={"S": "mine"})])
    await write(other, t=[put(A, whose={"S": "other"}), delete(B)])
    assert (await client.get(A))["whose"] == {"S": "mine"}
    assert (await other.get(A))["whose"] == {"S": "other"}

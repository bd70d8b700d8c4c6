import pytest

A, B = ({"id": {"S": name}} for name in "ab")


def units(number):
    return {"CapacityUnits": number, "WriteCapacityUnits": number}


def put(item, table="t"):
    return {"Put": {"TableName": table, "Item": item}}


@pytest.fixture
async def db(client):
    await client.make()
    indexes = [client.gsi("by_g", "g:S"), client.lsi("by_l", "l:S")]
    await client.make("u", "id:S", "at:N", indexes)
    return client


async def consumed(client, *items, mode="TOTAL"):
    answer = await client(
        "TransactWriteItems", TransactItems=list(items), ReturnConsumedCapacity=mode
    )
    return answer["ConsumedCapacity"]


async def test_each_item_is_written_twice(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
    large = {**B, "s": {"S": "x" * 2000}}
    assert await consumed(db, put(A), put(large)) == [{"TableName": "t", **units(2.0 + 4.0)}]


async def test_the_larger_of_before_and_after_counts(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html#write-operation-consumption
    await db.put({**A, "s": {"S": "x" * 2000}})
    assert await consumed(db, put(A)) == [{"TableName": "t", **units(4.0)}]


async def test_a_condition_costs_as_much_as_a_write_of_the_item(db):
    # https://github.com/nubo-db/dynoxide/blob/main/src/actions/index_capacity.rs, measured at AWS
    await db.put({**A, "s": {"S": "x" * 2000}})
    condition = {"TableName": "t", "Key": A, "ConditionExpression": "attribute_exists(id)"}
    assert await consumed(db, {"ConditionCheck": condition}) == [{"TableName": "t", **units(4.0)}]
    deletion = {"Delete": {"TableName": "t", "Key": B}}
    assert await consumed(db, deletion) == [{"TableName": "t", **units(2.0)}]


async def test_tables_and_indexes_apart(db):
    # Index writes count once, same page.
    item = {"id": {"S": "x"}, "at": {"N": "1"}, "g": {"S": "g"}, "l": {"S": "l"}}
    assert await consumed(db, put(A), put(item, "u"), mode="INDEXES") == [
        {"TableName": "t", **units(2.0), "Table": units(2.0)},
        {
            "TableName": "u",
            **units(4.0),
            "Table": units(2.0),
            "GlobalSecondaryIndexes": {"by_g": units(1.0)},
            "LocalSecondaryIndexes": {"by_l": units(1.0)},
        },
    ]


async def test_item_collections_that_were_written_to(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#DDB-TransactWriteItems-response-ItemCollectionMetrics
    first, second = ({"id": {"S": "x"}, "at": {"N": number}} for number in "12")
    other = {"id": {"S": "y"}, "at": {"N": "1"}}
    checked = {"id": {"S": "z"}, "at": {"N": "1"}}
    condition = {
        "TableName": "u",
        "Key": checked,
        "ConditionExpression": "attribute_not_exists(id)",
    }
    items = [
        put(first, "u"),
        put(second, "u"),
        put(other, "u"),
        put(A),
        {"ConditionCheck": condition},
    ]
    answer = await db("TransactWriteItems", TransactItems=items, ReturnItemCollectionMetrics="SIZE")
    assert answer == {
        "ItemCollectionMetrics": {
            "u": [
                {"ItemCollectionKey": {"id": {"S": name}}, "SizeEstimateRangeGB": [0.0, 1.0]}
                for name in "xy"
            ]
        }
    }

import asyncio

import pytest

A, B = ({"id": {"S": name}} for name in "ab")
ONE = {":one": {"N": "1"}}
MINUTE = 60


def count(key=A, table="t", **more):
    params = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": ONE}
    return {"Update": {"TableName": table, "Key": key, **params, **more}}


@pytest.fixture
async def db(client):
    await client.make()
    return client


async def transact(client, token, *items, **more):
    items = items or (count(),)
    return await client(
        "TransactWriteItems", TransactItems=list(items), ClientRequestToken=token, **more
    )


async def counted(client):
    item = await client.get(A)
    return 0 if item is None else int(item["n"]["N"])


async def test_a_token_does_its_work_once(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#DDB-TransactWriteItems-request-ClientRequestToken
    for _ in range(3):
        assert await transact(db, "token") == {}
    assert await counted(db) == 1
    await transact(db, "other")
    assert await counted(db) == 2


async def test_a_token_holds_for_ten_minutes(db, clock):
    await transact(db, "token")
    await clock.advance(10 * MINUTE)
    await transact(db, "token")
    assert await counted(db) == 1
    await clock.advance(0.001)
    await transact(db, "token")
    assert await counted(db) == 2
    await clock.advance(9 * MINUTE)
    await transact(db, "token")
    assert await counted(db) == 2


async def test_a_token_holds_over_a_restart(db):
    await transact(db, "token")
    await db.restart()
    await transact(db, "token")
    assert await counted(db) == 1


@pytest.mark.parametrize(
    "items",
    [
        (count(B),),
        (count(), count(B)),
        (count(ConditionExpression="attribute_exists(id)"),),
    ],
)
async def test_a_token_stands_for_one_request(db, items):
    await transact(db, "token")
    error = await db.refused(
        "TransactWriteItems", TransactItems=list(items), ClientRequestToken="token"
    )
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
    assert error.code == "IdempotentParameterMismatchException"
    assert await counted(db) == 1


async def test_the_order_of_attributes_does_not_count_but_that_of_actions_does(db):
    # https://github.com/aws/aws-sdk-go-v2/issues/1900
    def put(*names):
        item = {**A, **{name: {"S": name} for name in names}}
        return {"Put": {"TableName": "t", "Item": item}}

    await transact(db, "token", put("x", "y"), count(B))
    await transact(db, "token", put("y", "x"), count(B))
    error = await db.refused(
        "TransactWriteItems",
        TransactItems=[count(B), put("x", "y")],
        ClientRequestToken="token",
    )
    assert error.code == "IdempotentParameterMismatchException"


async def test_what_is_to_be_returned_may_change(db):
    await transact(db, "token", ReturnConsumedCapacity="TOTAL")
    assert await transact(db, "token") == {}


async def test_a_cancelled_transaction_leaves_no_token(db):
    failing = count(ConditionExpression="attribute_exists(id)")
    error = await db.refused(
        "TransactWriteItems", TransactItems=[failing], ClientRequestToken="token"
    )
    assert error.code == "TransactionCanceledException"
    await transact(db, "token")
    assert await counted(db) == 1


async def test_a_done_transaction_is_not_checked_again(db):
    absent = count(ConditionExpression="attribute_not_exists(id)")
    await transact(db, "token", absent)
    await transact(db, "token", absent)
    assert await counted(db) == 1


async def test_tokens_of_other_accounts_and_regions_are_others(db):
    await transact(db, "token")
    for other in (db.other("111111111111"), db.other("000000000000", "eu-west-1")):
        await other.make()
        await transact(other, "token", count(B))
        assert await other.get(B) is not None


async def test_a_token_at_the_same_time_as_itself(db):
    # At AWS the second is refused with TransactionInProgressException and tried again by the SDK; here it waits.
    answers = await asyncio.gather(*(transact(db, "token") for _ in range(20)))
    assert answers == [{}] * 20
    assert await counted(db) == 1


async def test_without_a_token_each_request_counts(db):
    for _ in range(2):
        await db("TransactWriteItems", TransactItems=[count()])
    assert await counted(db) == 2


async def test_old_tokens_do_not_pile_up(db, clock):
    for number in range(30):
        await transact(db, f"old-{number}")
    await clock.advance(10 * MINUTE + 1)
    for number in range(15):
        await transact(db, f"new-{number}")
    assert db.dynamodb.db.query_one("SELECT count(*) FROM tokens")[0] == 15


async def test_a_repeated_request_is_charged_as_a_read_of_the_items(db):
    # "Subsequent TransactWriteItems calls with the same client token return the number of read capacity units consumed in reading
    # the item": https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    await db.put({**A, "s": {"S": "x" * 5000}})
    first = await transact(db, "token", count(), count(B), ReturnConsumedCapacity="INDEXES")
    write = {"CapacityUnits": 12.0, "WriteCapacityUnits": 12.0}
    assert first["ConsumedCapacity"] == [{"TableName": "t", **write, "Table": write}]
    again = await transact(db, "token", count(), count(B), ReturnConsumedCapacity="TOTAL")
    read = {"CapacityUnits": 6.0, "ReadCapacityUnits": 6.0}
    assert again["ConsumedCapacity"] == [{"TableName": "t", **read}]

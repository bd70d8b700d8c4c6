import pytest

A, B = ({"id": {"S": name}} for name in "ab")
FULL = {**A, "n": {"N": "1"}, "m": {"M": {"x": {"S": "x"}, "y": {"S": "y"}}}}


def get(key, table="t", **more):
    return {"Get": {"TableName": table, "Key": key, **more}}


@pytest.fixture
async def db(client):
    await client.make()
    await client.make("u", "id:S", "at:N")
    await client.put(FULL)
    return client


async def read(client, *items, **more):
    answer = await client("TransactGetItems", TransactItems=list(items), **more)
    return answer["Responses"]


async def test_items_of_two_tables_in_the_order_asked_for(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
    other = {"id": {"S": "x"}, "at": {"N": "1"}}
    await db.put(other, "u")
    assert await read(db, get(other, "u"), get(B), get(A)) == [{"Item": other}, {}, {"Item": FULL}]


async def test_projections(db):
    names = {"#m": "m"}
    await db.put(B)
    found = await read(
        db,
        get(A, ProjectionExpression="n, #m.y", ExpressionAttributeNames=names),
        get(B, ProjectionExpression="n"),
    )
    # https://github.com/nubo-db/dynoxide/issues/39: no Item where nothing is there of what is wanted
    assert found == [{"Item": {"n": {"N": "1"}, "m": {"M": {"y": {"S": "y"}}}}}, {}]


SAME = "Transaction request cannot include multiple operations on one item"
EMPTY_KEY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
    "an empty string value. Key: id"
)
REFUSED = [
    ([get(A), get(A)], SAME),
    # https://github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/transactGetItems.test.ts
    (
        [get(A, "none"), get(A, ProjectionExpression="!!!")],
        'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"',
    ),
    (
        [get(A, ProjectionExpression="a", ExpressionAttributeNames={"#a": "b"})],
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}",
    ),
    (
        [get(A, ExpressionAttributeNames={"#a": "b"})],
        "ExpressionAttributeNames can only be specified when using expressions",
    ),
    (
        [get({"id": {"N": "1"}}), get({"id": {"S": ""}})],
        EMPTY_KEY,
    ),
    (
        [get(A, ProjectionExpression="id.x")],
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id",
    ),
]


@pytest.mark.parametrize(("items", "message"), REFUSED)
async def test_what_is_refused(db, items, message):
    assert await db.invalid("TransactGetItems", TransactItems=items) == message


@pytest.mark.parametrize("key", [{}, {"id": {"N": "1"}}, {"x": {"S": "1"}}, {**A, "x": {"S": "x"}}])
async def test_a_wrong_key_cancels(db, key):
    # https://github.com/paritysuite/dynamodb-conformance/pull/10
    error = await db.refused("TransactGetItems", TransactItems=[get(A), get(key)])
    assert (error.code, error.message) == (
        "TransactionCanceledException",
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]",
    )
    assert error.fields["CancellationReasons"] == [
        {"Code": "None"},
        {
            "Code": "ValidationError",
            "Message": "The provided key element does not match the schema",
        },
    ]


async def test_a_table_that_is_not_there(db):
    error = await db.refused("TransactGetItems", TransactItems=[get(A), get(A), get(A, "none")])
    assert error.code == "ResourceNotFoundException"
    assert error.message == "Requested resource not found"


async def test_types_of_the_json_are_told_first(db):
    items = [get(A, ProjectionExpression="!!!"), get({"id": {"S": 1}})]
    error = await db.refused("TransactGetItems", TransactItems=items)
    assert error.code == "SerializationException"


async def test_four_megabytes_at_most(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html; the text is DynamoDB Local's
    keys = [{"id": {"S": f"{n:02}"}} for n in range(11)]
    for key in keys:
        await db.put({**key, "s": {"S": "x" * 400_000}})
    items = [get(key) for key in keys]
    size = 11 * (400_000 + 1 + 4)
    message = await db.invalid("TransactGetItems", TransactItems=items)
    assert message == f"Payload in response is too large.{size}"
    assert len(await read(db, *items[1:])) == 10
    small = [get(key, ProjectionExpression="id") for key in keys]
    assert await read(db, *small) == [{"Item": key} for key in keys]


async def test_a_hundred_items(db):
    items = [get({"id": {"S": str(n)}}) for n in range(100)]
    assert await read(db, *items) == [{}] * 100
    message = await db.invalid("TransactGetItems", TransactItems=[*items, get(A)])
    assert message.endswith(
        "at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"
    )


async def test_capacity_is_that_of_two_reads_of_each_item(db):
    # https://github.com/nubo-db/dynamodb-conformance, tests/tier2/transactions/transactGet.test.ts
    await db.put({**B, "s": {"S": "x" * 5000}})
    other = {"id": {"S": "x"}, "at": {"N": "1"}}
    items = [get(A), get(B, ProjectionExpression="id"), get({"id": {"S": "none"}}), get(other, "u")]
    answer = await db("TransactGetItems", TransactItems=items, ReturnConsumedCapacity="INDEXES")
    t, u = answer["ConsumedCapacity"]
    units = {"CapacityUnits": 8.0, "ReadCapacityUnits": 8.0}
    assert t == {"TableName": "t", **units, "Table": units}
    assert (u["TableName"], u["CapacityUnits"]) == ("u", 2.0)

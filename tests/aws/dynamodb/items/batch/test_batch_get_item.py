"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""

import pytest

A, B, C = ({"id": {"S": name}} for name in "abc")
NUMBERED = {"id": {"S": "a"}, "nr": {"N": "1"}}


@pytest.fixture(autouse=True)
async def tables(client):
    await client.make("t", "id:S")
    await client.make("u", "id:S", "nr:N")
    await client.put({**A, "x": {"S": "1"}, "y": {"L": [{"S": "1"}]}})
    await client.put({**B, "x": {"S": "2"}})
    await client.put({**NUMBERED, "x": {"S": "3"}}, "u")


async def get(client, more=None, **asked):
    """The answer to keys by table, `{"Keys": [...]}`."""
    return await client("BatchGetItem", RequestItems=asked, **(more or {}))


async def test_items_of_several_tables(client):
    answer = await get(client, t={"Keys": [B, C, A]}, u={"Keys": [NUMBERED]})
    assert answer == {
        "Responses": {
            "t": [
                {**B, "x": {"S": "2"}},
                {**A, "x": {"S": "1"}, "y": {"L": [{"S": "1"}]}},
            ],
            "u": [{**NUMBERED, "x": {"S": "3"}}],
        },
        "UnprocessedKeys": {},
    }


async def test_nothing_found(client):
    assert await get(client, t={"Keys": [C]}) == {"Responses": {"t": []}, "UnprocessedKeys": {}}


async def test_each_table_has_its_projection(client):
    names = {"ProjectionExpression": "#x, y[0]", "ExpressionAttributeNames": {"#x": "x"}}
    t = {"Keys": [A, B], "ConsistentRead": True, **names}
    answer = await get(client, t=t, u={"Keys": [NUMBERED], "ProjectionExpression": "nr"})
    assert answer["Responses"] == {
        "t": [{"x": {"S": "1"}, "y": {"L": [{"S": "1"}]}}, {"x": {"S": "2"}}],
        "u": [{"nr": {"N": "1"}}],
    }


async def test_attributes_to_get(client):
    answer = await get(client, t={"Keys": [A], "AttributesToGet": ["x"]})
    assert answer["Responses"] == {"t": [{"x": {"S": "1"}}]}


async def test_consumed_capacity(client):
    await client.put({**C, "x": {"S": "x" * 5000}})
    t, u = {"Keys": [A, C], "ConsistentRead": True}, {"Keys": [NUMBERED]}
    answer = await get(client, {"ReturnConsumedCapacity": "INDEXES"}, t=t, u=u)
    assert answer["ConsumedCapacity"] == [
        {"TableName": "t", "CapacityUnits": 3.0, "Table": {"CapacityUnits": 3.0}},
        {"TableName": "u", "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}},
    ]


def keys(count, start=0):
    return [{"id": {"S": str(number)}} for number in range(start, start + count)]


async def test_a_hundred_keys(client):
    answer = await get(client, t={"Keys": keys(99)}, u={"Keys": [NUMBERED]})
    assert len(answer["Responses"]["u"]) == 1


TOO_MANY = "Too many items requested for the BatchGetItem call"
DUPLICATES = "Provided list of item keys contains duplicates"
MIXED = (
    "Can not use both expression and non-expression parameters in the same request: "
    "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"
)
"""All three: https://github.com/architect/dynalite/blob/main/test/batchGetItem.js"""


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"abc": {"Keys": keys(100)}, "abd": {"Keys": keys(1)}}, TOO_MANY),
        ({"t": {"Keys": [A, B, A]}}, DUPLICATES),
        ({"u": {"Keys": [NUMBERED, dict(reversed(NUMBERED.items()))]}}, DUPLICATES),
        ({"u": {"Keys": [NUMBERED, {**NUMBERED, "nr": {"N": "1.0"}}]}}, DUPLICATES),
        ({"abc": {"Keys": [A, A]}}, DUPLICATES),
        ({"t": {"Keys": [{"x": {"S": "a"}}, {"x": {"S": "a"}}]}}, DUPLICATES),
        ({"t": {"Keys": [A, A], "AttributesToGet": ["x"], "ProjectionExpression": "x"}}, MIXED),
    ],
)
async def test_refusals(client, asked, text):
    assert await client.invalid("BatchGetItem", RequestItems=asked) == text


async def test_tables_must_mix_no_kinds_of_parameters(client):
    """https://github.com/nubo-db/dynoxide/blob/main/src/actions/batch_get_item.rs"""
    t = {"Keys": [A], "AttributesToGet": ["x"]}
    u = {"Keys": [NUMBERED], "ProjectionExpression": "x"}
    assert await client.invalid("BatchGetItem", RequestItems={"t": t, "u": u}) == MIXED


async def test_no_such_table(client):
    error = await client.refused("BatchGetItem", RequestItems={"none": {"Keys": [A]}})
    assert (error.code, error.message) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )


async def test_an_answer_has_16_mb(client):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-api-batch-get-item"""
    size = 400 * 1024
    wanted = keys(45)
    for key in wanted:
        await client.put({**key, "x": {"S": "x" * (size - 3 - len(key["id"]["S"]))}})
    asked = {"ConsistentRead": True, "ProjectionExpression": "id"}
    t = {"Keys": wanted, **asked}
    answer = await get(client, {"ReturnConsumedCapacity": "TOTAL"}, t=t, u={"Keys": [NUMBERED]})
    fitting = 16 * 1024 * 1024 // size
    assert answer["Responses"] == {"t": wanted[:fitting], "u": []}
    rest = {"t": {"Keys": wanted[fitting:], **asked}, "u": {"Keys": [NUMBERED]}}
    assert answer["UnprocessedKeys"] == rest
    assert answer["ConsumedCapacity"] == [{"TableName": "t", "CapacityUnits": fitting * 100.0}]
    answer = await client("BatchGetItem", RequestItems=answer["UnprocessedKeys"])
    assert answer["Responses"]["t"] == wanted[fitting:]
    assert answer["UnprocessedKeys"] == {}

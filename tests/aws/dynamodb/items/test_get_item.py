"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html"""

import pytest

KEY = {"id": {"S": "a"}}
ITEM = {
    **KEY,
    "n": {"N": "1"},
    "m": {"M": {"x": {"L": [{"S": "0"}, {"S": "1"}]}, "y": {"BOOL": False}}},
    "s": {"NS": ["1", "2"]},
    "é": {"S": '\u2028"\\\n\x01𝄞'},
    "none": {"NULL": True},
}


@pytest.fixture(autouse=True)
async def table(client):
    made = await client.make("t", "id:S")
    await client.put(ITEM)
    return made


@pytest.mark.parametrize("more", [{}, {"ConsistentRead": True}, {"ConsistentRead": False}])
async def test_an_item_comes_back_as_it_was_put(client, more):
    answer = await client("GetItem", TableName="t", Key=KEY, **more)
    assert answer == {"Item": ITEM}


async def test_no_item_no_member(client):
    assert await client("GetItem", TableName="t", Key={"id": {"S": "b"}}) == {}


async def test_by_the_arn_of_the_table(client, table):
    assert await client.get(KEY, table.arn) == ITEM


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"ProjectionExpression": "n, m.x[1]"}, {"n": {"N": "1"}, "m": {"M": {"x": {"L": [{"S": "1"}]}}}}),
        ({"ProjectionExpression": "#n", "ExpressionAttributeNames": {"#n": "none"}}, {"none": {"NULL": True}}),
        ({"AttributesToGet": ["id", "n", "zzz"]}, {**KEY, "n": {"N": "1"}}),
        ({"ProjectionExpression": "zzz"}, {}),
    ],
)  # fmt: skip
async def test_a_projection(client, more, part):
    assert await client("GetItem", TableName="t", Key=KEY, **more) == {"Item": part}


@pytest.mark.parametrize(
    ("more", "consumed"),
    [
        ({"ReturnConsumedCapacity": "NONE"}, None),
        ({"ReturnConsumedCapacity": "TOTAL"}, {"CapacityUnits": 0.5}),
        (
            {"ReturnConsumedCapacity": "INDEXES", "ConsistentRead": True},
            {"CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}},
        ),
    ],
)
async def test_consumed_capacity(client, more, consumed):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html"""
    wanted = {"Item": ITEM}
    if consumed is not None:
        wanted["ConsumedCapacity"] = {"TableName": "t", **consumed}
    assert await client("GetItem", TableName="t", Key=KEY, **more) == wanted


async def test_capacity_is_that_of_the_whole_item(client):
    await client.put({"id": {"S": "big"}, "x": {"S": "x" * 9000}})
    asked = {"ProjectionExpression": "id", "ReturnConsumedCapacity": "TOTAL"}
    answer = await client("GetItem", TableName="t", Key={"id": {"S": "big"}}, **asked)
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 1.5


async def test_reading_nothing_costs_the_least(client):
    asked = {"Key": {"id": {"S": "zzz"}}, "ReturnConsumedCapacity": "TOTAL"}
    answer = await client("GetItem", TableName="t", **asked)
    assert answer == {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": 0.5}}


async def test_accounts_and_regions_are_apart(client):
    for other in (client.other("111111111111"), client.other("000000000000", "eu-west-1")):
        error = await other.refused("GetItem", TableName="t", Key=KEY)
        assert error.code == "ResourceNotFoundException"
        await other.make("t", "id:S")
        assert await other.get(KEY) is None
        await other.put({**KEY, "whose": {"S": other.account}})
        await other.delete(KEY)
    assert await client.get(KEY) == ITEM

"""What is null is refused where it would be a condition, a change or a value: passed over, a request would do more than it says.

The texts are those of DynamoDB Local 3.3.0, but for the one of AttributeUpdates.
"""

import pytest

KEY = {"id": {"S": "a"}}
NULL = "The supplied Item contains a null AttributeValue"
INVALID = "One or more parameter values were invalid: "
EQUAL_TO_NULL = {"x": {"ComparisonOperator": "EQ", "AttributeValueList": [None]}}
BY_KEY = {"KeyConditions": {"id": {"ComparisonOperator": "EQ", "AttributeValueList": [KEY["id"]]}}}


@pytest.fixture(autouse=True)
async def table(client):
    await client.make("table")


REFUSED = [
    ("PutItem", {"Item": {**KEY, "x": None}}, f"{NULL}: x is null"),
    ("PutItem", {"Item": {**KEY, "x": {"M": {"y": None}}}}, f"{NULL}: y is null"),
    ("PutItem", {"Item": {**KEY, "x": {"L": [None]}}}, NULL),
    ("DeleteItem", {"Key": {**KEY, "x": None}}, f"{NULL}: x is null"),
    (
        "PutItem",
        {"Item": KEY, "Expected": {"x": None}},
        f"{INVALID}ExpectedAttributeValue must not be null for Attribute: x",
    ),
    ("PutItem", {"Item": KEY, "Expected": EQUAL_TO_NULL}, NULL),
    (
        "PutItem",
        {
            "Item": KEY,
            "ConditionExpression": "x = :x",
            "ExpressionAttributeValues": {":x": None},
        },
        f"ExpressionAttributeValues contains invalid value: {NULL} for key :x",
    ),
    (
        "UpdateItem",
        {"Key": KEY, "AttributeUpdates": {"x": None}},
        f"{INVALID}AttributeValueUpdate must not be null for Attribute: x",
    ),
    (
        "Scan",
        {"ScanFilter": {"x": None}},
        "The filter condition for an attribute cannot be null: x",
    ),
    ("Scan", {"ScanFilter": EQUAL_TO_NULL}, NULL),
    (
        "Query",
        {**BY_KEY, "QueryFilter": {"x": None}},
        "The filter condition for an attribute cannot be null: x",
    ),
    (
        "Query",
        {"KeyConditions": {"id": None}},
        "The filter condition for an attribute cannot be null: id",
    ),
]


@pytest.mark.parametrize(("operation", "params", "message"), REFUSED)
async def test_nulls(client, operation, params, message):
    told = await client.invalid(operation, TableName="table", **params)
    assert told.removeprefix("1 validation error detected: ") == message
    assert await client.get(KEY, "table") is None


async def test_a_parameter(client):
    statement = 'SELECT * FROM "table" WHERE id = ?'
    assert await client.invalid("ExecuteStatement", Statement=statement, Parameters=[None]) == NULL

"""What AWS says of a request with several mistakes.

Recorded: https://github.com/architect/dynalite/tree/main/test (putItem.js, updateItem.js, deleteItem.js, getItem.js), which has each check
as a request that fails the next one too. Which words stand in an
envelope: https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/valueLayers.test.ts
"""

import pytest

from homeport.aws.protocol.call import AwsError

MIXED = "Can not use both expression and non-expression parameters in the same request"
EMPTY_SET = "One or more parameter values were invalid: An string set  may not be empty"
NO_NUMBER = "The parameter cannot be converted to a numeric value: b"
ONLY_OLD = "ReturnValues can only be ALL_OLD or NONE"
TOO_LARGE = "Item size has exceeded the maximum allowed size"
NOT_THERE = "Requested resource not found"
MISMATCH = "The provided key element does not match the schema"
ENVELOPE = "1 validation error detected: "

A = {"S": "a"}
GOOD, NO_KEY = {"id": A}, {"x": A}
LARGE = {"id": A, "x": {"S": "x" * 410_000}}
BAD_SET, BAD_NUMBER = {"id": {"SS": []}}, {"id": {"N": "b"}}
BOTH = {"Expected": {"x": {}}, "ConditionExpression": "!"}
BAD_EXPECTED = {"Expected": {"x": {}}}
VALUE_NEEDED = "One or more parameter values were invalid: Value must be provided when Exists is null for Attribute: x"
BAD_CONDITION = {"ConditionExpression": ""}
EMPTY_CONDITION = "Invalid ConditionExpression: The expression can not be empty;"
WRONG_RETURN = {"ReturnValues": "ALL_NEW"}


@pytest.fixture(autouse=True)
async def made(client):
    await client.make("t", "id:S", indexes=[client.gsi("by_g", "g:S")])


async def said(client, operation, **params):
    with pytest.raises(AwsError) as caught:
        await client(operation, **params)
    return caught.value.message


@pytest.mark.parametrize(
    ("table", "item", "more", "text"),
    [
        ("none", BAD_NUMBER, {**BOTH, **WRONG_RETURN}, ENVELOPE + MIXED),
        ("none", BAD_SET, {**BAD_EXPECTED, **WRONG_RETURN}, ENVELOPE + EMPTY_SET),
        ("none", BAD_NUMBER, {**BAD_EXPECTED, **WRONG_RETURN}, ENVELOPE + NO_NUMBER),
        ("none", LARGE, {**BAD_EXPECTED, **WRONG_RETURN}, ENVELOPE + ONLY_OLD),
        ("none", LARGE, BAD_EXPECTED, TOO_LARGE),
        ("none", LARGE, BAD_CONDITION, TOO_LARGE),
        ("none", NO_KEY, BAD_EXPECTED, ENVELOPE + VALUE_NEEDED),
        ("none", NO_KEY, BAD_CONDITION, ENVELOPE + EMPTY_CONDITION),
        ("none", NO_KEY, {}, NOT_THERE),
        (
            "t",
            {**NO_KEY, "g": {"N": "1"}},
            {},
            "One or more parameter values were invalid: Missing the key id in the item",
        ),
        (
            "t",
            {**GOOD, "g": {"N": "1"}},
            {"ConditionExpression": "attribute_exists(id)"},
            "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: by_g",
        ),
    ],
)
async def test_put_item(client, table, item, more, text):
    assert (await said(client, "PutItem", TableName=table, Item=item, **more)).startswith(text)


@pytest.mark.parametrize(
    ("table", "key", "more", "text"),
    [
        ("none", BAD_NUMBER, {**BOTH, **WRONG_RETURN}, ENVELOPE + MIXED),
        ("none", BAD_SET, {**BAD_EXPECTED, **WRONG_RETURN}, ENVELOPE + EMPTY_SET),
        ("none", BAD_NUMBER, {**BAD_EXPECTED, **WRONG_RETURN}, ENVELOPE + NO_NUMBER),
        ("none", NO_KEY, {**BAD_EXPECTED, **WRONG_RETURN}, ENVELOPE + ONLY_OLD),
        ("none", NO_KEY, BAD_EXPECTED, ENVELOPE + VALUE_NEEDED),
        ("none", NO_KEY, BAD_CONDITION, ENVELOPE + EMPTY_CONDITION),
        ("none", NO_KEY, {}, NOT_THERE),
        ("t", NO_KEY, {"ConditionExpression": "attribute_exists(id.x)"}, MISMATCH),
    ],
)
async def test_delete_item(client, table, key, more, text):
    assert (await said(client, "DeleteItem", TableName=table, Key=key, **more)).startswith(text)


@pytest.mark.parametrize(
    ("table", "key", "more", "text"),
    [
        (
            "none",
            BAD_NUMBER,
            {"UpdateExpression": "!", "AttributeUpdates": {"x": {}}},
            ENVELOPE + MIXED,
        ),
        ("none", BAD_SET, {"UpdateExpression": "!"}, ENVELOPE + EMPTY_SET),
        ("none", BAD_NUMBER, {"UpdateExpression": "!"}, ENVELOPE + NO_NUMBER),
        (
            "none",
            BAD_NUMBER | {"x": A},
            {"AttributeUpdates": {"x": {"Action": "ADD"}}},
            ENVELOPE + NO_NUMBER,
        ),
        (
            "none",
            NO_KEY,
            {"UpdateExpression": ""},
            ENVELOPE + "Invalid UpdateExpression: The expression can not be empty;",
        ),
        ("none", NO_KEY, {"UpdateExpression": "REMOVE id"}, NOT_THERE),
        ("t", NO_KEY, {"UpdateExpression": "REMOVE id"}, MISMATCH),
        (
            "t",
            GOOD,
            {
                "UpdateExpression": "SET id = :v, g = :v",
                "ExpressionAttributeValues": {":v": {"N": "1"}},
            },
            "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
        ),
    ],
)
async def test_update_item(client, table, key, more, text):
    assert (await said(client, "UpdateItem", TableName=table, Key=key, **more)).startswith(text)


BOTH_PARTS = {"ProjectionExpression": "!", "AttributesToGet": ["x", "x"]}
TWICE = "One or more parameter values were invalid: Duplicate value in attribute name: x"
NAMES_ALONE = "ExpressionAttributeNames can only be specified when using expressions"


@pytest.mark.parametrize(
    ("table", "key", "more", "text"),
    [
        ("none", BAD_NUMBER, BOTH_PARTS, MIXED),
        ("none", BAD_NUMBER, {"ExpressionAttributeNames": {}}, NAMES_ALONE),
        ("none", BAD_SET, {"AttributesToGet": ["x", "x"]}, EMPTY_SET),
        ("none", NO_KEY, {"AttributesToGet": ["x", "x"]}, TWICE),
        (
            "none",
            NO_KEY,
            {"ProjectionExpression": ""},
            "Invalid ProjectionExpression: The expression can not be empty;",
        ),
        ("none", NO_KEY, {}, NOT_THERE),
        ("t", NO_KEY, {"ProjectionExpression": "id.x"}, MISMATCH),
    ],
)
async def test_get_item(client, table, key, more, text):
    assert (await said(client, "GetItem", TableName=table, Key=key, **more)).startswith(text)

"""The words of errors by the framework that an operation runs, as recorded from the service.

https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/valueLayers.test.ts,
https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/putItem.test.ts and deleteItem.test.ts beside it,
https://github.com/paritysuite/dynamodb-conformance/blob/main/captures/cross-region-latest.json (`u_upd_*`, `o_upd_nested_32_eav`)
"""

from __future__ import annotations

import pytest

A = {"S": "a"}
KEY = {"pk": A}
PUT = {"TableName": "none", "Item": KEY}
ONE = {"TableName": "none", "Key": KEY}
WRITES = [("PutItem", PUT), ("DeleteItem", ONE)]
QUERY = {"TableName": "none", "KeyConditionExpression": "pk = :p"}
INVALID = "One or more parameter values were invalid: "
NO_NUMBER = "The parameter cannot be converted to a numeric value"
OVERFLOW = (
    "Number overflow. Attempting to store a number with magnitude larger than supported range"
)
UNDERFLOW = (
    "Number underflow. Attempting to store a number with magnitude smaller than supported range"
)
TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: "
    "Attributes in the item have nested levels beyond supported limit"
)
ALONE = "can only be specified when using expressions"

VALUES = [
    ({"N": "abc"}, f"{NO_NUMBER}: abc", f"{NO_NUMBER}: abc"),
    ({"N": ""}, f"{NO_NUMBER}: ", NO_NUMBER),
    ({"N": "1e126"}, OVERFLOW, OVERFLOW),
    ({"N": "1e2147483647"}, OVERFLOW, UNDERFLOW),
    (
        {"SS": ["b", "a", "b"]},
        f'{INVALID}Input collection ["a", "b", "b"] contains duplicates.',
        f"{INVALID}Input collection [b, a, b] contains duplicates.",
    ),
    (
        {"BS": ["/w==", "AA==", "AA=="]},
        f'{INVALID}Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.',
        f"{INVALID}Input collection [/w==, AA==, AA==]of type BS contains duplicates.",
    ),
    (
        {"NS": ["2", "1", "2"]},
        f"{INVALID}Input collection contains duplicates.",
        "Input collection contains duplicates",
    ),
]


def enveloped(text):
    return f"1 validation error detected: {text}"


def for_key(text):
    return f"ExpressionAttributeValues contains invalid value: {text} for key :v"


def deep(levels):
    value = A
    for _ in range(levels):
        value = {"M": {"n": value}}
    return value


async def message(client, operation, params):
    error = await client.refused(operation, **params)
    assert error.code == "ValidationException"
    return error.message


def compared(value):
    return {"ConditionExpression": "n = :v", "ExpressionAttributeValues": {":v": value}}


@pytest.mark.parametrize(("value", "newer", "older"), VALUES)
async def test_writes_have_an_envelope(client, value, newer, older):
    set_to = {"UpdateExpression": "SET n = :v", "ExpressionAttributeValues": {":v": value}}
    for operation, params in (
        ("PutItem", {"TableName": "none", "Item": {"pk": A, "n": value}}),
        ("PutItem", {"TableName": "none", "Item": {"pk": A, "n": {"L": [value]}}}),
        ("PutItem", {**PUT, **compared(value)}),
        ("PutItem", {**PUT, "Expected": {"n": {"Value": value}}}),
        ("UpdateItem", {**ONE, **set_to}),
        ("UpdateItem", {**ONE, "AttributeUpdates": {"n": {"Value": value}}}),
        ("UpdateItem", {"TableName": "none", "Key": {"pk": value}}),
        ("DeleteItem", {"TableName": "none", "Key": {"pk": value}}),
        ("DeleteItem", {**ONE, **compared(value)}),
    ):
        assert await message(client, operation, params) == enveloped(newer)


@pytest.mark.parametrize(("value", "newer", "older"), VALUES)
async def test_reads_have_none(client, value, newer, older):
    filtered = {
        "FilterExpression": "n = :v",
        "ExpressionAttributeValues": {":p": A, ":v": value},
    }
    legacy = {
        "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [A]}},
        "QueryFilter": {"s": {"ComparisonOperator": "EQ", "AttributeValueList": [value]}},
    }
    start = {"ExpressionAttributeValues": {":p": A}, "ExclusiveStartKey": {"pk": value}}
    for operation, params in (
        ("GetItem", {"TableName": "none", "Key": {"pk": value}}),
        ("BatchGetItem", {"RequestItems": {"none": {"Keys": [{"pk": value}]}}}),
        ("Query", {**QUERY, "ExpressionAttributeValues": {":p": value}}),
        ("Query", {**QUERY, **filtered}),
        ("Query", {**QUERY, **start}),
        ("Query", {"TableName": "none", **legacy}),
    ):
        assert await message(client, operation, params) == newer


@pytest.mark.parametrize(("value", "newer", "older"), VALUES)
async def test_the_older_layer(client, value, newer, older):
    written = {"pk": A, "n": value}
    update = {"UpdateExpression": "SET n = :v", "ExpressionAttributeValues": {":v": value}}
    for operation, params, text in (
        ("Scan", {"TableName": "none", "ExclusiveStartKey": {"pk": value}}, older),
        ("BatchWriteItem", {"RequestItems": {"none": [{"PutRequest": {"Item": written}}]}}, older),
        ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "none", "Item": written}}]}, older),
        ("TransactWriteItems", {"TransactItems": [{"Update": {**ONE, **update}}]}, for_key(older)),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "none", "Key": {"pk": value}}}]}, older),
        (
            "Scan",
            {"TableName": "none", "FilterExpression": "n = :v", "ExpressionAttributeValues": {":v": value}},
            for_key(older),
        ),
    ):  # fmt: skip
        assert await message(client, operation, params) == text


EXPECTED = [
    ({"Exists": True}, "Value must be provided when Exists is true for Attribute: a"),
    ({"Exists": False, "Value": A}, "Value cannot be used when Exists is false for Attribute: a"),
    (
        {"Value": A, "ComparisonOperator": "EQ", "AttributeValueList": [A]},
        "Value and AttributeValueList cannot be used together for Attribute: a",
    ),
    (
        {"ComparisonOperator": "EQ"},
        "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a",
    ),
    (
        {"ComparisonOperator": "BETWEEN", "AttributeValueList": [A]},
        "Invalid number of argument(s) for the BETWEEN ComparisonOperator",
    ),
]
REQUESTS = [
    ({"ExpressionAttributeValues": {":v": A}}, f"ExpressionAttributeValues {ALONE}"),
    ({"ExpressionAttributeNames": {"#a": "a"}}, f"ExpressionAttributeNames {ALONE}"),
    (
        {"Expected": {"a": {"Exists": False}}, "ExpressionAttributeNames": {"#a": "a"}},
        f"ExpressionAttributeNames {ALONE}",
    ),
    (
        {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeValues": {}},
        "ExpressionAttributeValues must not be empty",
    ),
    (
        {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeNames": {}},
        "ExpressionAttributeNames must not be empty",
    ),
    (
        {"ConditionExpression": ""},
        "Invalid ConditionExpression: The expression can not be empty;",
    ),
    ({"ReturnValues": "ALL_NEW"}, "ReturnValues can only be ALL_OLD or NONE"),
    *(({"Expected": {"a": test}}, INVALID + text) for test, text in EXPECTED),
]


@pytest.mark.parametrize(("more", "text"), REQUESTS)
@pytest.mark.parametrize(("operation", "params"), WRITES)
async def test_requests_of_writes(client, operation, params, more, text):
    assert await message(client, operation, {**params, **more}) == enveloped(text)


UPDATES = [
    (
        {"UpdateExpression": "SET b = :w", "ExpressionAttributeValues": {":w": A, ":u": A}},
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}",
    ),
    (
        {
            "UpdateExpression": "SET b = :w",
            "ExpressionAttributeValues": {":w": A},
            "ExpressionAttributeNames": {"#u": "u"},
        },
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#u}",
    ),
    (
        {"UpdateExpression": "SET b = :w", "ExpressionAttributeValues": {":w": deep(32)}},
        TOO_DEEP,
    ),
]


@pytest.mark.parametrize(("more", "text"), UPDATES)
async def test_requests_of_updates(client, more, text):
    assert await message(client, "UpdateItem", {**ONE, **more}) == enveloped(text)


async def test_what_the_newer_framework_cannot_read_has_no_envelope(client):
    """https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/validation-ordering/deepRequests.test.ts"""
    asked = {**ONE, **compared(deep(100)), "ReturnValues": "UPDATED_NEW"}
    text = await message(client, "DeleteItem", asked)
    assert text == "ReturnValues can only be ALL_OLD or NONE"


async def test_one_level_more_in_the_older_layer(client):
    """https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/limits/nestingDepth.test.ts"""
    await client.make("tab", "pk:S")
    asked = {"TableName": "tab", "Key": KEY, **compared(deep(32))}
    error = await client.refused("TransactWriteItems", TransactItems=[{"ConditionCheck": asked}])
    assert error.fields["CancellationReasons"][0]["Code"] == "ConditionalCheckFailed"
    update = {
        "TableName": "tab",
        "Key": KEY,
        "UpdateExpression": "SET n = :v",
        "ExpressionAttributeValues": {":v": deep(32)},
    }
    error = await client.refused("TransactWriteItems", TransactItems=[{"Update": update}])
    assert error.fields["CancellationReasons"] == [{"Code": "ValidationError", "Message": TOO_DEEP}]
    deeper = {"TableName": "tab", "Key": KEY, **compared(deep(33))}
    text = await message(
        client, "TransactWriteItems", {"TransactItems": [{"ConditionCheck": deeper}]}
    )
    assert text == for_key(TOO_DEEP)

"""The words for a value that no table can hold depend on the operation.

https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/valueLayers.test.ts
"""

import pytest

from homeport.aws.dynamodb.values.invalid import ENVELOPE

EMPTY_SET = "One or more parameter values were invalid: An string set  may not be empty"
BAD = {"id": {"SS": []}}


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("GetItem", {"TableName": "none", "Key": BAD}),
        ("GetItem", {"TableName": "none", "Key": BAD, "ProjectionExpression": "x"}),
        ("BatchGetItem", {"RequestItems": {"none": {"Keys": [BAD]}}}),
        ("BatchWriteItem", {"RequestItems": {"none": [{"DeleteRequest": {"Key": BAD}}]}}),
        ("BatchWriteItem", {"RequestItems": {"none": [{"PutRequest": {"Item": BAD}}]}}),
    ],
)
async def test_bare(client, operation, params):
    assert await client.invalid(operation, **params) == EMPTY_SET


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("PutItem", {"TableName": "none", "Item": BAD}),
        ("PutItem", {"TableName": "none", "Item": BAD, "ReturnValues": "NONE"}),
        ("UpdateItem", {"TableName": "none", "Key": BAD}),
        ("DeleteItem", {"TableName": "none", "Key": BAD}),
    ],
)
async def test_in_an_envelope(client, operation, params):
    assert await client.invalid(operation, **params) == ENVELOPE + EMPTY_SET


@pytest.mark.parametrize(
    ("operation", "params", "text"),
    [
        ("GetItem", {"TableName": "none", "Key": {"id": {}}}, "Supplied AttributeValue is empty"),
        ("PutItem", {"TableName": "none", "Item": {"": {"S": "a"}}}, "Empty attribute name"),
    ],
)
async def test_some_are_the_same_everywhere(client, operation, params, text):
    assert (await client.invalid(operation, **params)).startswith(text)

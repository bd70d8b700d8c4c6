"""Constraints of the model in the words of each operation, as recorded from the service.

PARITY is https://github.com/paritysuite/dynamodb-conformance/blob/main/, whose answers are of October 2026; each row names the file.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.dynamodb.constraints import broken, checked, java
from homeport.aws.protocol import model

UPDATE = {"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": "x"}}}
TABLE = {"TableName": "none", "Item": {"pk": {"S": "a"}}}
KEYED = {"TableName": "none", "Key": {"pk": {"S": "a"}}}
QUERIED = {
    "TableName": "none",
    "KeyConditionExpression": "pk = :v",
    "ExpressionAttributeValues": {":v": {"S": "a"}},
}
FAILED = "failed to satisfy constraint: Member must"
ENUM = f"{FAILED} satisfy enum value set:"
CAPACITY = f"Value 'BOGUS' at 'returnConsumedCapacity' {ENUM} [INDEXES, TOTAL, NONE]"
METRICS = f"Value 'BOGUS2' at 'returnItemCollectionMetrics' {ENUM} [SIZE, NONE]"
RETURNED = (
    "Failed to satisfy constraint: Member must satisfy enum value set: "
    "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
)
OLDER_RETURNED = f"at 'returnValues' {ENUM} [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
EMPTY_NAME = f"Value '' at 'tableName' {FAILED} have length greater than or equal to 1"
NO_KEY = f"Value null at 'key' {FAILED} not be null"
OPERATOR = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"
MAP_KEYS = (
    "failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
    "Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]"
)
WRITE = (
    "WriteRequest(putRequest=PutRequest(item={pk=AttributeValue(s=x, n=null, b=null, iNT=null, dECIMAL=null, dOUBLE=null, "
    "sS=null, nS=null, bS=null, iNTSET=null, dECIMALSET=null, dOUBLESET=null, m=null, l=null, nULL=null, bOOL=null)}, "
    "workloadProfileName=null), deleteRequest=null)"
)


def put(pk="x"):
    return {"PutRequest": {"Item": {"pk": {"S": pk}}}}


def one(text):
    return f"1 validation error detected: {text}"


def several(*texts):
    return f"{len(texts)} validation errors detected: {'; '.join(texts)}"


def deep(levels):
    value = {"S": "leaf"}
    for _ in range(levels):
        value = {"M": {"n": value}}
    return value


def bound(member, noun, limit, side="greater"):
    return one(f"Value at '{member}' {FAILED} have {noun} {side} than or equal to {limit}")


def index(name, *attributes):
    kinds = ("HASH", "RANGE")
    keys = [
        {"AttributeName": key, "KeyType": kind}
        for key, kind in zip(attributes, kinds, strict=False)
    ]
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}


# PARITY tests/tier3/error-messages/{putItem,deleteItem,query,batchGetItem}.test.ts, tests/tier3/validation-ordering/, captures/
NEWER = [
    ("PutItem", {**TABLE, "TableName": ""}, bound("TableName", "length", 1)),
    ("PutItem", {"TableName": "", "Item": {}, "ReturnValues": "INVALID"}, bound("TableName", "length", 1)),
    ("DeleteItem", {"TableName": "", "Key": {}}, bound("TableName", "length", 1)),
    ("UpdateItem", {"TableName": "", "Key": {}}, bound("TableName", "length", 1)),
    (
        "PutItem",
        {"Item": {"pk": {"S": "a"}}},
        one(f"Value null at 'tableName' {FAILED} not be null"),
    ),
    (
        "PutItem",
        {**TABLE, "TableName": "a" * 256},
        one(f"Value '{'a' * 256}' at 'tableName' {FAILED} have length less than or equal to 255"),
    ),
    (
        "PutItem",
        {**TABLE, "TableName": "bad table!@#"},
        one(f"Value 'bad table!@#' at 'tableName' {FAILED} satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
    ),
    (
        "PutItem",
        {**TABLE, "ReturnConsumedCapacity": "BOGUS", "ReturnItemCollectionMetrics": "BOGUS2", "ReturnValues": "X"},
        several(CAPACITY, RETURNED, METRICS),
    ),
    (
        "DeleteItem",
        {**KEYED, "ReturnValues": "X", "ReturnConsumedCapacity": "BOGUS"},
        several(CAPACITY, RETURNED),
    ),
    ("UpdateItem", {**KEYED, "ReturnValues": "X", "ReturnConsumedCapacity": "BOGUS"}, one(RETURNED)),
    ("Query", {**QUERIED, "Limit": 0}, bound("Limit", "value", 1)),
    (
        "Query",
        {**QUERIED, "Select": "X"},
        one(f"Value 'X' at 'select' {ENUM} [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"),
    ),
    ("BatchGetItem", {"RequestItems": {}}, bound("RequestItems", "length", 1)),
    ("BatchGetItem", {"RequestItems": {"Tab": {"Keys": []}}}, bound("RequestItems.Tab.member.Keys", "length", 1)),
    (
        "BatchGetItem",
        {"RequestItems": {"Tab": {"Keys": [{"pk": {"S": str(n)}} for n in range(101)]}}},
        bound("RequestItems.Tab.member.Keys", "length", 100, "less"),
    ),
    (
        "BatchGetItem",
        {"RequestItems": {"bad!name": {"Keys": [{"pk": {"S": "a"}}]}}},
        one(f"Value '{{\"bad!name\":{{\"Keys\":[{{\"pk\":{{\"S\":\"a\"}}}}]}}}}' at 'requestItems' {MAP_KEYS}"),
    ),
    (
        "BatchGetItem",
        {"RequestItems": {"bad!name": {"Keys": [{"pk": {"S": "a"}}]}}, "ReturnConsumedCapacity": "BOGUS"},
        several(f"Value '{{\"bad!name\":{{\"Keys\":[{{\"pk\":{{\"S\":\"a\"}}}}]}}}}' at 'requestItems' {MAP_KEYS}", CAPACITY),
    ),
    ("BatchGetItem", {"RequestItems": {"none": {"Keys": [{"pk": {"S": "a"}}]}}, "ReturnConsumedCapacity": "BOGUS"}, one(CAPACITY)),
]  # fmt: skip

# PARITY tests/tier3/validation-ordering/{updateItem,query,deepRequests}.test.ts
LEFT_TO_THE_OLDER = [
    ("UpdateItem", {"TableName": "", **UPDATE}, several(EMPTY_NAME, NO_KEY)),
    (
        "UpdateItem",
        {"TableName": "", **UPDATE, "ReturnConsumedCapacity": "BOGUS", "ReturnValues": "INVALID"},
        several(CAPACITY, EMPTY_NAME, f"Value 'INVALID' {OLDER_RETURNED}", NO_KEY),
    ),
    (
        "UpdateItem",
        {
            "TableName": "none",
            "AttributeUpdates": {"x": {"Action": "PUT", "Value": {"S": "1"}}},
            "Expected": {"a": {"Exists": False}, "b": {"Exists": False}},
            "ConditionalOperator": "XOR",
        },
        several(f"Value 'XOR' at 'conditionalOperator' {ENUM} [OR, AND]", NO_KEY),
    ),
    (
        "PutItem",
        {
            **TABLE,
            "Expected": {"a": {"Value": deep(100)}, "b": {"Exists": False}},
            "ConditionalOperator": "XOR",
        },
        one(f"Value 'XOR' at 'conditionalOperator' {ENUM} [OR, AND]"),
    ),
    (
        "PutItem",
        {
            **TABLE,
            "Expected": {"a": {"Value": deep(40)}, "b": {"Exists": False}},
            "ConditionalOperator": "XOR",
        },
        one(OPERATOR),
    ),
    (
        "DeleteItem",
        {**KEYED, "Expected": {"d": {"Value": deep(63)}}, "ReturnValues": "BOGUS"},
        one(f"Value 'BOGUS' {OLDER_RETURNED}"),
    ),
    (
        "DeleteItem",
        {"TableName": "none", "Key": {"pk": deep(100)}, "ReturnValues": "BOGUS"},
        one(f"Value 'BOGUS' {OLDER_RETURNED}"),
    ),
    (
        "DeleteItem",
        {**KEYED, "Expected": {"d": {"Value": deep(62)}}, "ReturnValues": "BOGUS"},
        one(RETURNED),
    ),
    (
        "Query",
        {
            "TableName": "none",
            "KeyConditions": {
                "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}
            },
            "QueryFilter": {
                "b": {"ComparisonOperator": "NULL"},
                "c": {"ComparisonOperator": "NULL"},
            },
            "ConditionalOperator": "XOR",
            "Select": "BOGUS",
        },
        OPERATOR,
    ),
]

# PARITY tests/tier3/error-messages/{batchWriteItem,transactWriteItems}.test.ts, tests/tier3/validation-ordering/{batchOperations,
# transactions,createTable}.test.ts, registry/splits.json (Scan); the rest:
# https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier3/error-messages/createTable.test.ts,
# https://github.com/architect/dynalite/blob/main/test/listTables.js
PUTS = [{"Put": TABLE}]
TOKEN = "x" * 37
DEFINED = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}
HASH = {"AttributeName": "pk", "KeyType": "HASH"}
OLDER = [
    ("Scan", {"TableName": "none", "Limit": 0}, one(f"Value '0' at 'limit' {FAILED} have value greater than or equal to 1")),
    (
        "Scan",
        {"TableName": "none", "Segment": -1, "TotalSegments": 4},
        one(f"Value '-1' at 'segment' {FAILED} have value greater than or equal to 0"),
    ),
    ("BatchWriteItem", {"RequestItems": {}}, "The requestItems parameter is required for BatchWriteItem"),
    (
        "BatchWriteItem",
        {"RequestItems": {"Tab": []}},
        one(
            "Value '{Tab=[]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
            "[Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"
        ),
    ),
    (
        "BatchWriteItem",
        {"RequestItems": {"Tab": [put()] * 26}},
        one(
            f"Value '{{Tab=[{', '.join([WRITE] * 26)}]}}' at 'requestItems' failed to satisfy constraint: Map value must satisfy "
            "constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"
        ),
    ),
    ("BatchWriteItem", {"RequestItems": {"bad!name": [put()]}}, one(f"Value '{{bad!name=[{WRITE}]}}' at 'requestItems' {MAP_KEYS}")),
    ("BatchWriteItem", {"RequestItems": {"bad!name": [put()]}, "ReturnConsumedCapacity": "BOGUS"}, one(CAPACITY)),
    (
        "BatchWriteItem",
        {"RequestItems": {"none": [put()]}, "ReturnConsumedCapacity": "BOGUS", "ReturnItemCollectionMetrics": "BOGUS2"},
        several(CAPACITY, METRICS),
    ),
    (
        "TransactWriteItems",
        {"TransactItems": []},
        one(f"Value '[]' at 'transactItems' {FAILED} have length greater than or equal to 1"),
    ),
    ("TransactGetItems", {"TransactItems": []}, one(f"Value '[]' at 'transactItems' {FAILED} have length greater than or equal to 1")),
    (
        "TransactWriteItems",
        {"TransactItems": PUTS, "ReturnConsumedCapacity": "BOGUS", "ReturnItemCollectionMetrics": "BOGUS2"},
        several(CAPACITY, METRICS),
    ),
    (
        "TransactWriteItems",
        {"TransactItems": PUTS, "ClientRequestToken": TOKEN, "ReturnConsumedCapacity": "BOGUS"},
        several(f"Value '{TOKEN}' at 'clientRequestToken' {FAILED} have length less than or equal to 36", CAPACITY),
    ),
    ("CreateTable", {**DEFINED, "KeySchema": [HASH]}, "The parameter 'TableName' is required but was not present in the request"),
    ("DescribeTable", {}, "The parameter 'TableName' is required but was not present in the request"),
    (
        "CreateTable",
        {**DEFINED, "TableName": "ab", "KeySchema": [HASH]},
        one(f"Value 'ab' at 'tableName' {FAILED} have length greater than or equal to 3"),
    ),
    (
        "CreateTable",
        {**DEFINED, "TableName": "none", "KeySchema": [HASH] * 3, "BillingMode": "PAY_PER_REQUEST"},
        one(
            f"Value '[{', '.join(['KeySchemaElement(attributeName=pk, keyType=HASH)'] * 3)}]' at 'keySchema' "
            f"{FAILED} have length less than or equal to 2"
        ),
    ),
    (
        "CreateTable",
        {"TableName": "none", "KeySchema": [HASH], "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "X"}]},
        one(f"Value 'X' at 'attributeDefinitions.1.member.attributeType' {ENUM} [B, N, S]"),
    ),
    (
        "CreateTable",
        {
            **DEFINED,
            "TableName": "none",
            "KeySchema": [HASH],
            "LocalSecondaryIndexes": [index("aa", "pk", "lr")],
            "GlobalSecondaryIndexes": [index("zz", "gh")],
        },
        several(
            f"Value 'zz' at 'globalSecondaryIndexes.1.member.indexName' {FAILED} have length greater than or equal to 3",
            f"Value 'aa' at 'localSecondaryIndexes.1.member.indexName' {FAILED} have length greater than or equal to 3",
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "params", "text"), NEWER + LEFT_TO_THE_OLDER + OLDER)
async def test_words(client, operation, params, text):
    error = await client.refused(operation, **params)
    assert (error.code, error.message) == ("ValidationException", text)


async def test_at_most_ten_are_listed(client):
    """https://github.com/architect/dynalite/blob/main/validations/index.js"""
    items = [{"Put": {}}, {"Update": {}}, {"Delete": {}}, {"ConditionCheck": {}}] * 3
    error = await client.refused("TransactWriteItems", TransactItems=items)
    assert error.message.startswith("10 validation errors detected: ")
    assert error.message.count("; ") == 9


async def test_types_of_values_come_first(client):
    """https://github.com/architect/dynalite/blob/main/test/putItem.js"""
    for value in ({"S": 1}, {"L": {}}, "text"):
        error = await client.refused("PutItem", TableName="", Item={"pk": value})
        assert error.code == "SerializationException"
    error = await client.refused(
        "UpdateItem", TableName="", Key={}, Expected={"a": {"Value": {"N": 1}}}
    )
    assert error.code == "SerializationException"
    error = await client.refused("BatchWriteItem", RequestItems={"none": [put(1)] * 26})
    assert error.code == "SerializationException"


async def test_an_operator_too_many_is_told_of_before_its_value(client):
    """https://github.com/architect/dynalite/blob/main/validations/index.js (`validateAttributeConditions`)"""
    asked = {**TABLE, "Expected": {"a": {"Exists": False}}, "ConditionalOperator": "XOR"}
    error = await client.refused("PutItem", **asked)
    assert error.message.endswith(
        "ConditionalOperator can only be used when Filter or Expected has two or more elements"
    )


async def test_arns_stand_for_names(client):
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/none"
    for operation, params in (("PutItem", TABLE), ("GetItem", KEYED), ("Query", QUERIED)):
        error = await client.refused(operation, **{**params, "TableName": arn})
        assert error.code == "ResourceNotFoundException"
    error = await client.refused("BatchGetItem", RequestItems={arn: {"Keys": [{"pk": {"S": "a"}}]}})
    assert error.code == "ResourceNotFoundException"


def test_what_is_repeated_of_a_value_is_bounded():
    shape = model.load("dynamodb").operation("BatchWriteItem").input
    asked = {"RequestItems": {"none": [put("x" * java.SHOWN)] * 26}}
    (found,) = broken.Search("BatchWriteItem", shape).run(asked)
    assert len(found.value) == java.SHOWN


PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "TableName": st.sampled_from(["", "a", "abc", "x!", "a" * 256, "arn:x", "arn:" + "x" * 1024]),
        "IndexName": st.sampled_from(["ab", "abc", "a!c", "a" * 256]),
        "Select": st.sampled_from(["COUNT", "count"]),
        "AttributesToGet": st.lists(st.text(max_size=3), max_size=2),
        "Limit": st.integers(-1, 2),
        "KeyConditions": st.dictionaries(
            st.text(max_size=2),
            st.fixed_dictionaries({}, optional={"ComparisonOperator": st.sampled_from(["EQ", "eq"])}),
            max_size=2,
        ),
    },
)  # fmt: skip


@given(PARAMS)
def test_what_is_refused_is_what_breaks_something(params):
    operation = model.load("dynamodb").operation("Query")
    found = broken.Search("Query", operation.input).run(params)
    assert checked.predicate_of(operation)(params) is not bool(found), json.dumps(params)

"""ExclusiveStartKey, refused as recorded in https://github.com/architect/dynalite/blob/main/test/query.js and
https://github.com/architect/dynalite/blob/main/test/scan.js."""

import pytest

INVALID = "The provided starting key is invalid"
MISMATCH = "The provided key element does not match the schema"
OUTSIDE = "The provided starting key is outside query boundaries based on provided conditions"
NO_MATCH = "The provided starting key does not match the range key predicate"
AT_MOST_ONE = "The query can return at most one row and cannot be restarted"


def s(**texts):
    return {name: {"S": text} for name, text in texts.items()}


@pytest.fixture
async def tables(client, read):
    await client.make("hash", "a:S")
    await client.make(
        "range",
        "a:S",
        "b:S",
        [
            client.lsi("local", "c:S"),
            client.gsi("global", "c:S"),
            client.gsi("both", "c:S", "d:S", "INCLUDE", ["e"]),
        ],
    )
    return read


def terms(text, **values):
    return {
        "KeyConditionExpression": text,
        "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
    }


A_IS_B = terms("a = :a", a={"S": "b"})
C_IS_B = terms("c = :a", a={"S": "b"})
MISSES_A = terms("z = :a", a={"N": "1"})


@pytest.mark.parametrize(
    ("table", "index", "condition", "key", "message"),
    [
        ("hash", None, MISSES_A, {}, INVALID),
        ("hash", None, MISSES_A, s(a="a", b="a"), INVALID),
        ("hash", None, MISSES_A, {"a": {"N": "1"}}, MISMATCH),
        ("hash", None, MISSES_A, {"a": {"M": {}}}, MISMATCH),
        ("range", None, MISSES_A, s(a="a"), INVALID),
        ("range", None, MISSES_A, s(b="a", c="b"), INVALID),
        ("range", None, MISSES_A, {"a": {"N": "1"}, "z": {"S": "a"}}, MISMATCH),
        ("range", None, MISSES_A, s(a="a", z="1"), "Query condition missed key schema element: a"),
        ("range", None, A_IS_B, s(a="a", z="1"), INVALID),
        ("range", None, A_IS_B, {**s(a="a"), "b": {"N": "1"}}, MISMATCH),
        ("range", None, A_IS_B, s(a="a", b="a"), OUTSIDE),
        ("range", None, terms("a = :a AND b > :a", a={"S": "b"}), s(a="a", b="a"), NO_MATCH),
        ("range", None, terms("a = :a AND b > :a", a={"S": "b"}), s(a="b", b="b"), NO_MATCH),
        ("range", None, terms("a = :a AND b < :a", a={"S": "b"}), s(a="a", b="a"), AT_MOST_ONE),
        ("range", "local", A_IS_B, s(a="a", b="a"), INVALID),
        ("range", "local", A_IS_B, {**s(a="a", b="a"), "c": {"N": "1"}}, MISMATCH),
        (
            "range",
            "local",
            A_IS_B,
            {**s(a="1", c="a"), "b": {"N": "1"}},
            f"{INVALID}: {MISMATCH}",
        ),
        ("range", "local", A_IS_B, s(a="a", b="a", c="a"), OUTSIDE),
        ("range", "global", C_IS_B, s(c="b"), INVALID),
        ("range", "global", C_IS_B, s(x="1", y="1", c="b"), f"{INVALID}: {MISMATCH}"),
        ("range", "global", C_IS_B, s(a="a", b="a", c="a"), OUTSIDE),
        ("range", "both", C_IS_B, s(a="a", b="a", c="a", d="a"), OUTSIDE),
        (
            "range",
            "both",
            terms("c = :a AND d > :a", a={"S": "b"}),
            s(a="a", b="a", c="b", d="a"),
            NO_MATCH,
        ),
        (
            "range",
            "both",
            terms("c = :a AND d = :a", a={"S": "a"}),
            s(a="a", b="a", c="c", d="a"),
            AT_MOST_ONE,
        ),
    ],
)
async def test_query(tables, table, index, condition, key, message):
    more = {} if index is None else {"IndexName": index}
    found = await tables.invalid("Query", table, **condition, ExclusiveStartKey=key, **more)
    assert found == message


@pytest.mark.parametrize(
    ("table", "index", "key", "message"),
    [
        ("hash", None, {}, f"{INVALID}: {MISMATCH}"),
        ("hash", None, s(b="a"), f"{INVALID}: {MISMATCH}"),
        ("hash", None, {"a": {"N": "1"}}, f"{INVALID}: {MISMATCH}"),
        ("range", None, s(a="a", z="1"), f"{INVALID}: {MISMATCH}"),
        ("range", "local", s(a="a", b="a"), INVALID),
        ("range", "local", {**s(a="a", b="a"), "c": {"N": "1"}}, MISMATCH),
        ("range", "local", {**s(a="1", c="a"), "b": {"N": "1"}}, f"{INVALID}: {MISMATCH}"),
        ("range", "global", s(a="a", b="a"), INVALID),
        ("range", "global", s(x="1", y="1", c="a"), f"{INVALID}: {MISMATCH}"),
    ],
)
async def test_scan(tables, table, index, key, message):
    more = {} if index is None else {"IndexName": index}
    assert await tables.invalid("Scan", table, ExclusiveStartKey=key, **more) == message


EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
    "supported datatypes"
)
WRONG = "One or more parameter values were invalid: "


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, f"{INVALID}: {EMPTY}"),
        ({"S": "a", "N": "1"}, f"{INVALID}: {SEVERAL}"),
        ({"SS": []}, f"{INVALID}: {WRONG}An string set  may not be empty"),
        ({"NS": []}, f"{WRONG}An number set  may not be empty"),
        ({"N": "b"}, "The parameter cannot be converted to a numeric value: b"),
        (
            {"N": "1e126"},
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
    ],
)
async def test_values_are_checked_before_the_table(read, value, message):
    for operation, more in (("Query", A_IS_B), ("Scan", {})):
        found = await read.invalid(operation, "none", ExclusiveStartKey={"a": value}, **more)
        assert found == message


async def test_empty_text_and_long_text(tables):
    key = s(a="b", b="")
    found = await tables.invalid("Query", "range", **A_IS_B, ExclusiveStartKey=key)
    assert found == (
        f"{INVALID}: One or more parameter values are not valid. "
        "The AttributeValue for a key attribute cannot contain an empty string value. Key: b"
    )
    key = s(a="b", b="b" * 1025)
    found = await tables.invalid("Query", "range", **A_IS_B, ExclusiveStartKey=key)
    assert "Aggregated size of all range keys has exceeded the size limit of 1024 bytes" in found


@pytest.mark.parametrize("operation", ["Query", "Scan"])
@pytest.mark.parametrize(
    "params",
    [
        {"ExclusiveStartKey": {"x": {"S": 1}}},
        {"ExpressionAttributeValues": {":a": {"S": 1}}},
        {"ScanFilter": {"x": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": 1}]}}},
        {"KeyConditions": {"x": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": 1}]}}},
    ],
)
async def test_a_value_of_a_wrong_type_is_told_first(tables, operation, params):
    """Though expressions and attributes must not stand together either."""
    mixed = {"AttributesToGet": ["a"], "ProjectionExpression": "a", **params}
    if operation == "Query":
        mixed["QueryFilter"] = mixed.pop("ScanFilter", {})
    else:
        mixed["ScanFilter"] = mixed.pop("KeyConditions", mixed.get("ScanFilter", {}))
    error = await tables.client.refused(operation, TableName="range", **mixed)
    assert error.code == "SerializationException"
    assert error.message == "NUMBER_VALUE cannot be converted to String"


async def test_legacy_filters_come_before_the_key(read):
    """https://github.com/architect/dynalite/blob/main/test/scan.js, "invalid ComparisonOperator types"."""
    wrong = {"a": {"ComparisonOperator": "LE", "AttributeValueList": [{"BOOL": True}]}}
    message = f"{WRONG}ComparisonOperator LE is not valid for BOOL AttributeValue type"
    start = {"ExclusiveStartKey": {"a": {}}, "TableName": "none"}
    assert await read.client.invalid("Scan", ScanFilter=wrong, **start) == message
    assert await read.client.invalid("Query", QueryFilter=wrong, **start) == message


async def test_the_key_need_not_be_that_of_an_item(tables):
    await tables.fill([{**s(a="b"), "b": {"S": text}} for text in "ace"], "range")
    answer = await tables("Query", "range", **A_IS_B, ExclusiveStartKey=s(a="b", b="b"))
    assert [item["b"]["S"] for item in answer["Items"]] == ["c", "e"]
    answer = await tables(
        "Query", "range", **A_IS_B, ExclusiveStartKey=s(a="b", b="b"), ScanIndexForward=False
    )
    assert [item["b"]["S"] for item in answer["Items"]] == ["a"]

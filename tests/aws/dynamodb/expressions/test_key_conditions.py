"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html

Texts are recorded in https://github.com/architect/dynalite/blob/main/test/query.js, where no other place is named.
"""

import pytest
from tests.aws.dynamodb.expressions import wrong

from homeport.aws.dynamodb.expressions import key_condition, legacy, parse, requests
from homeport.aws.dynamodb.expressions.key_condition import KeyCondition
from homeport.aws.dynamodb.expressions.placeholders import Placeholders
from homeport.aws.dynamodb.tables.model import KeySchema

HASH = KeySchema(("id",))
RANGE = KeySchema(("id",), ("r",))
SEVERAL = KeySchema(("p", "q"), ("s", "u"))
TYPES = {"id": "S", "r": "N", "p": "S", "q": "S", "s": "S", "u": "S"}
VALUES = {**wrong.VALUES, ":e": {"S": ""}}
A, ONE, TWO = {"S": "a"}, {"N": "1"}, {"N": "2"}

NOT_SUPPORTED = "Query key condition not supported"
MISSED = "Query condition missed key schema element: {}"
OPERATOR = "Invalid operator used in KeyConditionExpression: {}"
TYPE = (
    "One or more parameter values were invalid: Condition parameter type does not match schema type"
)
NONE = "Conditions must be at least length 1"
TOO_MANY = "Conditions can be of length 1 or 2 only"
SEVERAL_NAMES = (
    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
)
TWICE = "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"
HASH_EQUALITY = "HASH key attributes {} must have equality conditions specified in the query"
RANGE_EQUALITY = (
    "RANGE key attributes s must have equality conditions specified in the query because a condition "
    "is present on key attribute u"
)


def read(text, keys):
    placeholders = Placeholders(wrong.used({"#i": "id"}, text), wrong.used(VALUES, text))
    return parse.key_condition(text, placeholders, keys, TYPES)


@pytest.mark.parametrize(
    ("text", "keys", "wanted"),
    [
        ("id = :s", HASH, KeyCondition((A,))),
        (":s = id", RANGE, KeyCondition((A,))),
        ("#i = :s AND r = :n", RANGE, KeyCondition((A,), (ONE,))),
        ("r = :n AND id = :s", RANGE, KeyCondition((A,), (ONE,))),
        ("(id = :s) AND (r = :n)", RANGE, KeyCondition((A,), (ONE,))),
        ("id = :s AND r < :n", RANGE, KeyCondition((A,), (), "<", (ONE,))),
        ("id = :s AND :n < r", RANGE, KeyCondition((A,), (), ">", (ONE,))),
        ("id = :s AND :n >= r", RANGE, KeyCondition((A,), (), "<=", (ONE,))),
        (
            "r BETWEEN :n AND :n2 AND id = :s",
            RANGE,
            KeyCondition((A,), (), "BETWEEN", (ONE, TWO)),
        ),
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
        ("q = :s AND p = :s2", SEVERAL, KeyCondition(({"S": "b"}, A))),
        ("p = :s AND q = :s AND s = :s", SEVERAL, KeyCondition((A, A), (A,))),
        (
            "p = :s AND q = :s AND s = :s AND begins_with(u, :s2)",
            SEVERAL,
            KeyCondition((A, A), (A,), "begins_with", ({"S": "b"},)),
        ),
    ],
)
def test_what_is_read(text, keys, wanted):
    assert read(text, keys) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "Invalid KeyConditionExpression: The expression can not be empty;"),
        ("id", 'Invalid KeyConditionExpression: Syntax error; token: "<EOF>", near: "id"'),
        (
            "id = :x",
            (
                "Invalid KeyConditionExpression: An expression attribute value used in expression is not "
                "defined; attribute value: :x"
            ),
        ),
        ("id = :s OR r = :n", OPERATOR.format("OR")),
        ("id = :s AND NOT r = :n", OPERATOR.format("NOT")),
        ("id = :s AND r <> :n", OPERATOR.format("<>")),
        ("id IN (:s)", OPERATOR.format("IN")),
        ("attribute_exists(id)", OPERATOR.format("attribute_exists")),
        ("id = :s AND contains(r, :n)", OPERATOR.format("contains")),
        ("id = :s AND r = :n AND (a = :s OR b = :s)", OPERATOR.format("OR")),
        ("size(id) = :n", "KeyConditionExpressions cannot contain nested operations"),
        ("id.a = :s", "KeyConditionExpressions cannot have conditions on nested attributes"),
        ("id = r", SEVERAL_NAMES),
        ("id = :s AND r BETWEEN a AND :n", SEVERAL_NAMES),
        (":s = :s", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        (
            "id = :s AND :n BETWEEN r AND r",
            (
                "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute "
                "as its first operand"
            ),
        ),
        (
            "begins_with(:s, id)",
            (
                "Invalid condition in KeyConditionExpression: begins_with operator must have the key "
                "attribute as its first operand"
            ),
        ),
        ("id = :s AND r > :n AND r < :n2", TWICE),
        ("#i = :s AND id = :s", TWICE),
        ("id = :s AND r = :n AND a = :s", TOO_MANY),
        # https://github.com/dynamoose/dynamoose/issues/992
        ("r = :n", MISSED.format("id")),
        ("a = :s AND r = :n", MISSED.format("id")),
        ("id = :s AND a = :s", MISSED.format("r")),
        ("id > :s", NOT_SUPPORTED),
        ("id BETWEEN :s AND :s2", NOT_SUPPORTED),
        ("begins_with(id, :s)", NOT_SUPPORTED),
        ("id <= :s AND r = :n", NOT_SUPPORTED),
        # https://github.com/AllocZero/EfficientDynamoDb/issues/168
        ("id = :n", TYPE),
        ("id = :s AND r BETWEEN :s AND :s2", TYPE),
        ("id = :s AND begins_with(r, :s)", TYPE),
        ("id = :ss", TYPE),
        (
            # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.String
            "id = :e",
            (
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                "contain an empty string value. Key: id"
            ),
        ),
    ],
)
def test_errors(text, wanted):
    assert wrong.message(read, text, RANGE) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("id = :s AND r = :n", NOT_SUPPORTED),
        ("a = :s AND b = :s", NOT_SUPPORTED),
        ("r = :n", MISSED.format("id")),
    ],
)
def test_errors_without_a_sort_key(text, wanted):
    assert wrong.message(read, text, HASH) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
        ("p = :s", HASH_EQUALITY.format("q")),
        ("p = :s AND q > :s", HASH_EQUALITY.format("q")),
        ("s = :s", HASH_EQUALITY.format("p, q")),
        ("p = :s AND q = :s AND u = :s", RANGE_EQUALITY),
        ("p = :s AND q = :s AND s > :s AND u = :s", RANGE_EQUALITY),
        ("p = :s AND q = :s AND id = :s", MISSED.format("s")),
        ("p = :s AND q = :s AND s = :s AND u = :s AND id = :s", NOT_SUPPORTED),
    ],
)
def test_errors_of_keys_of_several_attributes(text, wanted):
    assert wrong.message(read, text, SEVERAL) == wanted


def legacy_read(**conditions):
    """`id=("EQ", value)`."""
    params = {
        name: {"ComparisonOperator": operator, "AttributeValueList": list(values)}
        for name, (operator, *values) in conditions.items()
    }
    return key_condition.resolve(legacy.key_conditions(params), RANGE, TYPES)


@pytest.mark.parametrize(
    ("conditions", "wanted"),
    [
        ({"id": ("EQ", A)}, KeyCondition((A,))),
        ({"r": ("GE", ONE), "id": ("EQ", A)}, KeyCondition((A,), (), ">=", (ONE,))),
        (
            {"id": ("EQ", A), "r": ("BETWEEN", ONE, TWO)},
            KeyCondition((A,), (), "BETWEEN", (ONE, TWO)),
        ),
    ],
)
def test_key_conditions_of_before(conditions, wanted):
    assert legacy_read(**conditions) == wanted


@pytest.mark.parametrize(
    ("conditions", "wanted"),
    [
        ({}, NONE),
        ({"id": ("EQ", A), "r": ("EQ", ONE), "a": ("EQ", A)}, TOO_MANY),
        ({"id": ("EQ", A), "a": ("EQ", A)}, MISSED.format("r")),
        (
            {"id": ("EQ", A), "r": ("NE", ONE)},
            "Attempted conditional constraint is not an indexable operation",
        ),
        (
            {"id": ("EQ", A), "r": ("NULL",)},
            "Attempted conditional constraint is not an indexable operation",
        ),
        ({"id": ("GT", A)}, NOT_SUPPORTED),
        ({"id": ("EQ", ONE)}, TYPE),
        (
            {"id": ("EQ", A), "r": ("BETWEEN", TWO, ONE)},
            (
                "The BETWEEN condition was provided a range where the lower bound is greater than the upper "
                "bound"
            ),
        ),
        (
            {"id": ("EQ",)},
            (
                "One or more parameter values were invalid: Invalid number of argument(s) for the EQ "
                "ComparisonOperator"
            ),
        ),
    ],
)
def test_errors_of_key_conditions_of_before(conditions, wanted):
    assert wrong.message(lambda: legacy_read(**conditions)) == wanted


def test_a_query_needs_one():
    """https://github.com/dynamoose/dynamoose/issues/992"""
    assert wrong.message(requests.of_query, {}) == (
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
    )

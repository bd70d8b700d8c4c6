"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html

Texts are recorded in https://github.com/architect/dynalite/blob/main/test/scan.js and
https://github.com/architect/dynalite/blob/main/test/updateItem.js, where no other place is named.
"""

import pytest
from tests.aws.dynamodb.expressions import wrong

from homeport.aws.dynamodb.expressions import requests
from homeport.aws.dynamodb.values.invalid import Invalid

NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
TEXT = {"S": "x"}
TOO_LONG = "contains invalid key: The expression attribute map contains a key that is too long;"


def told(names=None, values=None, text="x = y"):
    params = {"ConditionExpression": text, NAMES: names, VALUES: values}
    return wrong.message(requests.of_write, params)


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        ({}, "must not be empty"),
        ({"a": "a"}, 'contains invalid key: Syntax error; key: "a"'),
        ({"#": "a"}, 'contains invalid key: Syntax error; key: "#"'),
        ({"#a-b": "a"}, 'contains invalid key: Syntax error; key: "#a-b"'),
        ({"#é": "a"}, 'contains invalid key: Syntax error; key: "#é"'),
        ({"": "a"}, "contains invalid key: The expression attribute map contains an empty key;"),
        ({"#" + "a" * 255: "a"}, f"{TOO_LONG} size of key: 256"),
        ({"#a": ""}, "contains invalid value: Empty attribute name for key #a"),
        # https://github.com/ExtendDB/extenddb/issues/365
        (
            {"#a": "x" * 65536},
            (
                "contains invalid value: Attribute name is too large, must be less than 65536 bytes "
                "for key #a"
            ),
        ),
    ],
)
def test_names(names, wanted):
    assert told(names) == f"{NAMES} {wanted}"


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, "must not be empty"),
        ({"a": TEXT}, 'contains invalid key: Syntax error; key: "a"'),
        ({"::a": TEXT}, 'contains invalid key: Syntax error; key: "::a"'),
        ({"#a": TEXT}, 'contains invalid key: Syntax error; key: "#a"'),
        ({"": TEXT}, "contains invalid key: The expression attribute map contains an empty key;"),
        ({":" + "a" * 255: TEXT}, TOO_LONG),
        (
            {":a": {}},
            (
                "contains invalid value: Supplied AttributeValue is empty, must contain exactly one of "
                "the supported datatypes for key :a"
            ),
        ),
        (
            {":a": {"N": "x"}},
            (
                "contains invalid value: The parameter cannot be converted to a numeric value: x "
                "for key :a"
            ),
        ),
        # https://github.com/nubo-db/dynoxide/blob/main/tests/expressions.rs, test_update_eav_empty_set_enveloped
        (
            {":a": {"SS": []}},
            (
                "contains invalid value: One or more parameter values were invalid: "
                "An string set  may not be empty for key :a"
            ),
        ),
    ],
)
def test_values(values, wanted):
    assert told(values=values) == f"{VALUES} {wanted}"


def test_a_false_null_is_told_without_its_key():
    """https://github.com/nubo-db/dynoxide/blob/main/tests/expressions.rs, test_update_eav_null_false_enveloped."""
    with pytest.raises(Invalid) as raised:
        requests.of_write({"ConditionExpression": "x = :a", VALUES: {":a": {"NULL": False}}})
    assert raised.value.message == (
        "One or more parameter values were invalid: Null attribute value types must have the value of true"
    )


def test_keys_of_names_come_before_keys_of_values_and_those_before_contents():
    assert told({"a": ""}, {"b": {"N": "x"}}).startswith(f"{NAMES} contains invalid key")
    assert told({"#a": ""}, {"b": {"N": "x"}}).startswith(f"{VALUES} contains invalid key")
    assert told({"#a": ""}, {":b": {"N": "x"}}).startswith(f"{NAMES} contains invalid value")
    assert told(None, {":v": {"N": "x"}, "w": TEXT}).startswith(f"{VALUES} contains invalid key")
    assert told(None, {":v": {"N": "x"}}, "x y").startswith(f"{VALUES} contains invalid value")


def test_what_no_expression_has():
    assert told({"#b": "q", "#a": "z"}, {":v": TEXT}) == (
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"
    )
    assert told(None, {":v": TEXT, ":u": TEXT, ":w": TEXT}, "x = :w") == (
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:u, :v}"
    )


def test_all_expressions_of_a_request_share_them():
    params = {
        "ConditionExpression": "#a = :a",
        "UpdateExpression": "SET #b = :b",
        NAMES: {"#a": "x", "#b": "y"},
        VALUES: {":a": TEXT, ":b": TEXT},
    }
    assert requests.of_write(params).update.attributes == ("y",)


@pytest.mark.parametrize("length", [254, 255])
def test_placeholders_of_255_bytes(length):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters"""
    name = "#" + "a" * (length - 1)
    assert requests.of_write({"ConditionExpression": f"{name} = b", NAMES: {name: "a"}}).condition

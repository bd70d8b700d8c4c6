"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html

Texts are recorded in https://github.com/architect/dynalite/blob/main/test/putItem.js (Expected),
https://github.com/architect/dynalite/blob/main/test/updateItem.js (AttributeUpdates) and
https://github.com/architect/dynalite/blob/main/test/scan.js (ScanFilter, AttributesToGet), where no other place is named.
"""

import pytest
from tests.aws.dynamodb.expressions import wrong

from homeport.aws.dynamodb.expressions import evaluate, legacy, update
from homeport.aws.dynamodb.expressions.nodes import Compare, Literal, Path

S, N, SS = {"S": "a"}, {"N": "1"}, {"SS": ["a"]}
INVALID = "One or more parameter values were invalid: "
COUNT = INVALID + "Invalid number of argument(s) for the {} ComparisonOperator"
TYPE = INVALID + "ComparisonOperator {} is not valid for {} AttributeValue type"
SAME_TYPE = INVALID + "AttributeValues inside AttributeValueList must be of same type"
BOUNDS = "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"


@pytest.mark.parametrize(
    "read",
    [
        lambda name: legacy.expected({name: {"Value": S}}, None),
        lambda name: legacy.filters({name: {"ComparisonOperator": "NULL"}}, None),
        lambda name: legacy.updates({name: {"Action": "DELETE"}}),
        lambda name: legacy.attributes([name]),
    ],
)
def test_names_are_not_endless(read):
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-naming-rules
    read("ü" * 32_767 + "x")
    told = wrong.message(read, "ü" * 32_768)
    assert told == "Attribute name is too large, must be less than 65536 bytes"


def test_the_same_tree_as_of_an_expression():
    assert legacy.expected({"a": {"Value": S}}, None) == Compare("=", Path(("a",)), Literal(S))


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({}, "Value must be provided when Exists is null for Attribute: a"),
        ({"Exists": True}, "Value must be provided when Exists is true for Attribute: a"),
        (
            {"Exists": False, "Value": S},
            "Value cannot be used when Exists is false for Attribute: a",
        ),
        (
            {"AttributeValueList": [S], "Value": S},
            "Value and AttributeValueList cannot be used together for Attribute: a",
        ),
        (
            {"AttributeValueList": [S]},
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (
            {"ComparisonOperator": "EQ"},
            "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a",
        ),
        (
            {"ComparisonOperator": "EQ", "Exists": True, "Value": S},
            "Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            {"ComparisonOperator": "NULL", "Value": S},
            "Invalid number of argument(s) for the NULL ComparisonOperator",
        ),
    ],
)
def test_expected(condition, wanted):
    told = wrong.message(legacy.expected, {"a": condition}, None)
    assert told == INVALID + wanted


@pytest.mark.parametrize(
    ("operator", "values", "wanted"),
    [
        ("EQ", [S, S], COUNT.format("EQ")),
        ("EQ", [], COUNT.format("EQ")),
        ("NULL", [S], COUNT.format("NULL")),
        ("NOT_NULL", [S], COUNT.format("NOT_NULL")),
        ("IN", [], COUNT.format("IN")),
        ("BETWEEN", [S], COUNT.format("BETWEEN")),
        ("BETWEEN", [{"N": "2"}, N], BOUNDS),
        ("BETWEEN", [S, N], SAME_TYPE),
        ("IN", [S, N], SAME_TYPE),
        ("IN", [SS], TYPE.format("IN", "SS")),
        ("LT", [SS], TYPE.format("LT", "SS")),
        ("LE", [{"L": []}], TYPE.format("LE", "L")),
        ("GE", [{"BOOL": True}], TYPE.format("GE", "BOOL")),
        ("CONTAINS", [SS], TYPE.format("CONTAINS", "SS")),
        ("NOT_CONTAINS", [{"L": []}], TYPE.format("NOT_CONTAINS", "L")),
        ("BEGINS_WITH", [N], TYPE.format("BEGINS_WITH", "N")),
        (
            "EQ",
            [{}],
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        ),
        ("EQ", [{"N": "b"}], "The parameter cannot be converted to a numeric value: b"),
    ],
)
def test_conditions(operator, values, wanted):
    condition = {"a": {"ComparisonOperator": operator, "AttributeValueList": values}}
    assert wrong.message(legacy.filters, condition, None) == wanted
    assert wrong.message(legacy.expected, condition, None) == wanted


ITEM = {"s": S, "n": {"N": "5"}, "l": {"L": [S]}, "ss": SS, "nul": {"NULL": True}}


@pytest.mark.parametrize(
    ("name", "operator", "values", "wanted"),
    [
        ("n", "EQ", [{"N": "5.0"}], True),
        ("z", "NE", [S], True),
        ("n", "LT", [{"N": "6"}], True),
        ("n", "GE", [{"N": "6"}], False),
        ("z", "NULL", [], True),
        # A value of the type null is a value.
        ("nul", "NOT_NULL", [], True),
        ("s", "IN", [{"S": "b"}, S], True),
        ("n", "BETWEEN", [{"N": "5"}, {"N": "9"}], True),
        ("s", "BEGINS_WITH", [{"S": ""}], True),
        ("l", "CONTAINS", [S], True),
        ("ss", "NOT_CONTAINS", [{"S": "b"}], True),
        ("ss", "NOT_CONTAINS", [S], False),
        ("z", "NOT_CONTAINS", [S], False),
    ],
)
def test_what_holds(name, operator, values, wanted):
    condition = {name: {"ComparisonOperator": operator, "AttributeValueList": values}}
    assert evaluate.holds(legacy.filters(condition, None), ITEM) is wanted


@pytest.mark.parametrize(("operator", "wanted"), [("AND", False), ("OR", True), (None, False)])
def test_conditional_operator(operator, wanted):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.ConditionalOperator.html"""
    node = legacy.expected({"s": {"Value": S}, "n": {"Exists": False}}, operator)
    assert evaluate.holds(node, ITEM) is wanted


@pytest.mark.parametrize(
    ("conditions", "wanted"),
    [
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.ConditionalOperator.html
        ({}, "ConditionalOperator cannot be used without Filter or Expected"),
        (
            {"a": {"ComparisonOperator": "NULL"}},
            (
                "ConditionalOperator can only be used when Filter or Expected has two or more elements"
            ),
        ),
        ({"a": {"ComparisonOperator": "EQ"}}, COUNT.format("EQ")),
    ],
)
def test_conditional_operator_alone(conditions, wanted):
    assert wrong.message(legacy.filters, conditions, "OR") == wanted


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, "Only DELETE action is allowed when no attribute value is specified"),
        ({"Action": "PUT"}, "Only DELETE action is allowed when no attribute value is specified"),
        ({"Action": "ADD"}, "Only DELETE action is allowed when no attribute value is specified"),
        (
            {"Action": "DELETE", "Value": S},
            "DELETE action with value is not supported for the type S",
        ),
        ({"Action": "ADD", "Value": {"M": {}}}, "ADD action is not supported for the type M"),
    ],
)
def test_attribute_updates(change, wanted):
    assert wrong.message(legacy.updates, {"a": change}) == INVALID + wanted


@pytest.mark.parametrize(
    ("name", "change", "wanted"),
    [
        ("s", {"Value": N}, N),
        ("s", {"Value": N, "Action": None}, N),
        ("s", {"Action": "DELETE"}, None),
        ("n", {"Action": "ADD", "Value": N}, {"N": "6"}),
        ("z", {"Action": "ADD", "Value": N}, N),
        ("ss", {"Action": "ADD", "Value": {"SS": ["b"]}}, {"SS": ["a", "b"]}),
        ("ss", {"Action": "DELETE", "Value": SS}, None),
        ("z", {"Action": "DELETE", "Value": SS}, None),
        ("l", {"Action": "ADD", "Value": {"L": [N]}}, {"L": [S, N]}),
    ],
)
def test_what_changes(name, change, wanted):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html"""
    assert update.apply(legacy.updates({name: change}), ITEM).get(name) == wanted


@pytest.mark.parametrize(("action", "value"), [("ADD", N), ("ADD", {"L": [N]}), ("DELETE", SS)])
def test_other_types_do_not_change(action, value):
    changes = legacy.updates({"s": {"Action": action, "Value": value}})
    told = wrong.message(update.apply, changes, ITEM)
    assert told == "Type mismatch for attribute to update"


def test_attributes_to_get():
    assert legacy.attributes(["s", "a.b"]).of({**ITEM, "a.b": N}) == {"s": S, "a.b": N}
    told = wrong.message(legacy.attributes, ["a", "b", "a"])
    assert told == f"{INVALID}Duplicate value in attribute name: a"


def test_names_are_not_empty():
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html"""
    for call, arguments in (
        (legacy.expected, ({"": {"Exists": False}}, None)),
        (legacy.updates, ({"": {"Value": S}},)),
        (legacy.attributes, ([""],)),
    ):
        assert wrong.message(call, *arguments) == "Empty attribute name"

"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html"""

import pytest
from hypothesis import given, settings
from tests.aws.dynamodb.expressions import plain, strategies

from homeport.aws.dynamodb.expressions import evaluate, parse
from homeport.aws.dynamodb.expressions.placeholders import Placeholders
from homeport.aws.dynamodb.values import attribute


def holds(text, item, values=None, names=None):
    placeholders = Placeholders(names, values)
    node = parse.condition("ConditionExpression", text, placeholders)
    placeholders.check_unused()
    return evaluate.holds(node, attribute.item(item))


@settings(max_examples=400, deadline=None)
@given(strategies.ITEMS, strategies.CONDITIONS)
def test_a_condition_holds_as_it_does_for_python_values(item, condition):
    writer = plain.Writer()
    text = writer.condition(condition)
    wire = {name: plain.wire(value) for name, value in item.items()}
    assert holds(text, wire, writer.values or None) == plain.holds(condition, item)


ITEM = {
    "n": {"N": "5"},
    "s": {"S": "abc"},
    "e": {"S": ""},
    "b": {"B": "YWJj"},
    "l": {"L": [{"N": "1"}, {"S": "x"}]},
    "m": {"M": {"k": {"N": "1"}}},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
    "nul": {"NULL": True},
    "yes": {"BOOL": True},
}


@pytest.mark.parametrize(
    ("text", "values", "wanted"),
    [
        ("x <> n", None, True),
        ("x <> y", None, True),
        ("x = y", None, False),
        ("NOT x = n", None, True),
        ("x < n", None, False),
        ("begins_with(s, e)", None, True),
        ("begins_with(n, :v)", {":v": {"S": "5"}}, False),
        ("size(n) <> :v", {":v": {"N": "0"}}, True),
        ("size(x) = :v", {":v": {"N": "0"}}, False),
        ("size(s) = size(b)", None, True),
        ("contains(ss, :v)", {":v": {"SS": ["a"]}}, False),
        ("contains(ns, :v)", {":v": {"N": "1.0"}}, True),
        ("contains(l, :v)", {":v": {"N": "1"}}, True),
        ("contains(m, :v)", {":v": {"S": "k"}}, False),
        ("contains(b, :v)", {":v": {"B": "Yg=="}}, True),
        ("contains(n, :v)", {":v": {"N": "5"}}, False),
        ("attribute_type(nul, :v)", {":v": {"S": "NULL"}}, True),
        ("attribute_type(x, :v)", {":v": {"S": "NULL"}}, False),
        ("n IN (x, :v)", {":v": {"N": "5.0"}}, True),
        ("x IN (y)", None, False),
        ("ss = :v", {":v": {"SS": ["b", "a"]}}, True),
        ("l = :v", {":v": {"L": [{"N": "1.0"}, {"S": "x"}]}}, True),
        ("l < m", None, False),
        ("l[5] <> n", None, True),
        ("m.k < n", None, True),
        ("l[1] = :v", {":v": {"S": "x"}}, True),
        ("attribute_exists(l[2])", None, False),
        ("s BETWEEN :v AND :w", {":v": {"S": "abc"}, ":w": {"S": "abd"}}, True),
        (":v = :v", {":v": {"S": "x"}}, True),
        ("yes = :v AND NOT (n < s OR x = y)", {":v": {"BOOL": True}}, True),
    ],
)
def test_what_holds(text, values, wanted):
    assert holds(text, ITEM, values) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Precedence
        ("n = n1 AND s = n OR e = e1", True),
        ("e = e1 OR s = n AND n = n1", True),
        ("(e = e1 OR s = n) AND n = s", False),
        ("NOT n = s AND s = n", False),
        ("NOT (n = s AND s = n)", True),
        ("not n = s and n between m.k and n1 or s in (n)", True),
    ],
)
def test_precedence(text, wanted):
    assert holds(text, {**ITEM, "n1": {"N": "5"}, "e1": {"S": ""}}) is wanted


def test_names_stand_for_themselves_whatever_they_are():
    item = {"a.b": {"S": "x"}, "#c": {"M": {"select": {"N": "1"}}}}
    names = {"#1": "a.b", "#2": "#c", "#3": "select"}
    assert holds("#1 = :v AND #2.#3 > :w", item, {":v": {"S": "x"}, ":w": {"N": "0"}}, names)


def test_deep_nesting_is_carried_out():
    text = "n = n1"
    for _ in range(70):
        text = f"NOT ({text} AND attribute_exists(n))"
    assert holds(text, {**ITEM, "n1": {"N": "5"}})

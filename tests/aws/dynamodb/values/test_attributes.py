import json

import pytest
from hypothesis import given
from tests.aws.dynamodb.values.strategies import wire_items

from homeport.aws.dynamodb.values import attribute, compare, text
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import AwsError

WRONG = "One or more parameter values were invalid: "
TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
    "beyond supported limit"
)


def nested(levels, leaf=None):
    value = {"S": "leaf"} if leaf is None else leaf
    for level in range(levels):
        value = {"M": {"n": value}} if level % 2 else {"L": [value]}
    return value


def refusal(value, name="a"):
    with pytest.raises(AwsError) as caught:
        attribute.item({"id": {"S": "x"}, name: value})
    assert caught.value.code == "ValidationException"
    return caught.value


@given(wire_items)
def test_canonical_once_and_for_all(item):
    canonical = attribute.item(item)
    assert list(canonical) == list(item)
    assert attribute.item(canonical) is canonical
    assert {name: attribute.value(value) for name, value in item.items()} == canonical
    assert text.load(text.dump(canonical)) == canonical


@given(wire_items)
def test_what_came_is_not_changed(item):
    before = json.dumps(item)
    attribute.item(item)
    assert json.dumps(item) == before


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ({"S": ""}, {"S": ""}),
        ({"B": ""}, {"B": ""}),
        ({"SS": [""]}, {"SS": [""]}),
        ({"BS": [""]}, {"BS": [""]}),
        ({"N": "01.0"}, {"N": "1"}),
        ({"S": "a", "N": None}, {"S": "a"}),
        ({"S": "a", "X": {"any": 1}}, {"S": "a"}),
        ({"BOOL": "Yes"}, {"BOOL": True}),
        ({"BOOL": "0"}, {"BOOL": False}),
        ({"NULL": "true"}, {"NULL": True}),
        ({"NS": ["3", "-1", "0.50"]}, {"NS": ["-1", "0.5", "3"]}),
        ({"SS": ["\U00010000", "\uffff", "a", "B"]}, {"SS": ["B", "a", "\uffff", "\U00010000"]}),
        ({"BS": ["gA==", "YQ==", "AA=="]}, {"BS": ["AA==", "YQ==", "gA=="]}),
        ({"L": []}, {"L": []}),
        ({"M": {}}, {"M": {}}),
        (
            {"L": [{"N": "1.0"}, {"M": {"k": {"N": "+2"}}}]},
            {"L": [{"N": "1"}, {"M": {"k": {"N": "2"}}}]},
        ),
    ],
)
def test_canonical_values(wire, value):
    assert attribute.value(wire) == value
    assert attribute.item({"a": wire}) == {"a": value}


# dynalite test/putItem.js, "should return ValidationException for ... in Item"; DynamoDB Local for nulls
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, attribute.EMPTY),
        ({"a": ""}, attribute.EMPTY),
        ({"S": None}, attribute.EMPTY),
        ({"M": {"a": {}}}, attribute.EMPTY),
        ({"L": [{}]}, attribute.EMPTY),
        ({"L": [{"a": {}}]}, attribute.EMPTY),
        ({"S": "a", "N": "1"}, attribute.SEVERAL),
        ({"S": "a", "L": []}, attribute.SEVERAL),
        ({"NULL": False}, WRONG + "Null attribute value types must have the value of true"),
        ({"NULL": "no"}, WRONG + "Null attribute value types must have the value of true"),
        ({"SS": []}, WRONG + "An string set  may not be empty"),
        ({"NS": []}, WRONG + "An number set  may not be empty"),
        ({"BS": []}, WRONG + "Binary sets should not be empty"),
        ({"SS": ["a", "a"]}, WRONG + "Input collection [a, a] contains duplicates."),
        (
            {"BS": ["Yg==", "Yg=="]},
            WRONG + "Input collection [Yg==, Yg==]of type BS contains duplicates.",
        ),
        ({"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
        ({"S": "", "N": ""}, "The parameter cannot be converted to a numeric value"),
        ({"S": "a", "N": "b"}, "The parameter cannot be converted to a numeric value: b"),
        ({"NS": ["1", ""]}, "The parameter cannot be converted to a numeric value"),
        ({"NS": ["1", None]}, "The parameter cannot be converted to a numeric value"),
        ({"SS": ["a", None]}, WRONG + "An string set may not have a null string as a member"),
        ({"SS": [], "N": "x"}, WRONG + "An string set  may not be empty"),
        ({"BS": [], "N": "x"}, "The parameter cannot be converted to a numeric value: x"),
        (None, "The supplied Item contains a null AttributeValue: a is null"),
        ({"M": {"k": None}}, "The supplied Item contains a null AttributeValue: k is null"),
        ({"L": [None]}, "The supplied Item contains a null AttributeValue"),
        ({"M": {"": {"S": "a"}}}, "Empty attribute name"),
    ],
)
def test_refused(value, message):
    assert refusal(value).message == message


# valueLayers.test.ts of the parity suite
@pytest.mark.parametrize(
    ("value", "newer"),
    [
        ({"SS": ["b", "a", "b"]}, 'Input collection ["a", "b", "b"] contains duplicates.'),
        (
            {"BS": ["/w==", "AA==", "AA=="]},
            'Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.',
        ),
        ({"NS": ["2", "1", "2"]}, "Input collection contains duplicates."),
        (
            {"SS": ["c", "a", "c", "b", "a"]},
            'Input collection ["a", "c", "c", "b", "a"] contains duplicates.',
        ),
    ],
)
def test_refused_in_newer_words(value, newer):
    error = refusal(value)
    assert isinstance(error, Invalid)
    assert error.newer().message == WRONG + newer
    assert error.enveloped().message == f"1 validation error detected: {WRONG}{newer}"
    assert error.enveloped().code == "ValidationException"


def test_names():
    assert attribute.item({"n" * 65_535: {"S": ""}})
    assert attribute.item({"\U0001f600" * 16_383: {"S": ""}})
    for name in ("n" * 65_536, "\U0001f600" * 16_384):
        error = refusal({"S": ""}, name)
        assert error.message == "Attribute name is too large, must be less than 65536 bytes"
        assert isinstance(error, Invalid)
        assert refusal({"M": {name: {"S": ""}}}).message == error.message


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"a": nested(100), "": {"S": "x"}}, "Empty attribute name"),
        ({"": {"S": "x"}, "a": nested(100)}, "Empty attribute name"),
        ({"m": {"M": {"": {"S": "x"}}}, "a": nested(40)}, TOO_DEEP),
        ({"": {}, "a": {"S": "x"}}, attribute.EMPTY),
        ({"": {"S": "x"}, "a": {}}, "Empty attribute name"),
        ({"a": {"M": {"": {"N": "1.0"}, "b": {}}}}, "Empty attribute name"),
        ({"a": {}, "b": {"M": {"": {"S": "x"}}}}, attribute.EMPTY),
        ({"a": {"M": {"": {"S": "x"}}}, "b": {"M": {"": {"S": "x"}}}}, "Empty attribute name"),
    ],
)
def test_when_an_empty_name_is_seen(item, message):
    with pytest.raises(AwsError) as caught:
        attribute.item(item)
    assert caught.value.message == message


@pytest.mark.parametrize("leaf", [{"S": "a"}, {"N": "1.0"}, {"SS": ["b", "a"]}, {"NULL": True}])
def test_nesting(leaf):
    assert attribute.item({"a": nested(31, leaf)})
    assert refusal(nested(32, leaf)).message == TOO_DEEP


@pytest.mark.parametrize("leaf", [{"L": []}, {"M": {}}])
def test_an_empty_container_is_a_level(leaf):
    assert attribute.item({"a": nested(30, leaf)})
    assert refusal(nested(31, leaf)).message == TOO_DEEP


def test_nesting_costs_no_stack():
    assert refusal(nested(100_000)).message == TOO_DEEP
    with pytest.raises(AwsError, match="NUMBER_VALUE cannot be converted to String"):
        attribute.check_types({"a": nested(100_000, {"S": 1})})


def test_the_first_in_order_is_reported():
    broken = {"a": {"S": "x"}, "b": {"N": "x"}, "c": {"SS": []}}
    with pytest.raises(AwsError, match="numeric value: x"):
        attribute.item(broken)
    with pytest.raises(AwsError, match="string set"):
        attribute.item(dict(reversed(broken.items())))


def test_wrong_types_come_before_wrong_values():
    with pytest.raises(AwsError) as caught:
        attribute.item({"a": {"N": "x"}, "b": {"L": [{"M": {"c": {"S": 5}}}]}})
    assert caught.value.code == "SerializationException"
    assert caught.value.message == "NUMBER_VALUE cannot be converted to String"


@given(wire_items)
def test_right_types_pass(item):
    attribute.check_types(item)
    assert compare.equal(
        {"M": attribute.item(item)}, {"M": attribute.item(dict(reversed(item.items())))}
    )

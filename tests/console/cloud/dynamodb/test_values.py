"""Values in the forms that people read and write: nothing of an item is lost in any of them."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.writing import plain

NAMES = st.one_of(
    st.sampled_from(["N", "B", "SS", "NS", "BS", "M", "S", "a.b", "<b>", '"', "é🚢", "Item"]),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=6),
)
NUMBERS = st.builds(
    lambda digits, exponent, sign: f"{sign}{digits}E{exponent}",
    st.integers(0, 10**38 - 1),
    st.integers(-80, 80),
    st.sampled_from(["", "-"]),
)
BINARY = st.binary(max_size=8).map(lambda data: base64.b64encode(data).decode())
SCALARS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=8).map(lambda text: {"S": text}),
    NUMBERS.map(lambda number: {"N": number}),
    BINARY.map(lambda data: {"B": data}),
    st.booleans().map(lambda is_so: {"BOOL": is_so}),
    st.just({"NULL": True}),
    st.sets(st.text(st.characters(codec="utf-8"), max_size=4), min_size=1, max_size=3).map(
        lambda texts: {"SS": list(texts)}
    ),
    st.sets(st.integers(-99, 10**30), min_size=1, max_size=3).map(
        lambda numbers: {"NS": [str(number) for number in numbers]}
    ),
    st.sets(BINARY, min_size=1, max_size=3).map(lambda datas: {"BS": list(datas)}),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda members: {"L": members}),
        st.dictionaries(NAMES, inner, max_size=3).map(lambda members: {"M": members}),
    ),
    max_leaves=8,
)
ITEMS = st.dictionaries(NAMES, VALUES, max_size=5)


@given(ITEMS)
@settings(max_examples=300, deadline=None)
def test_an_item_comes_back_exactly_from_every_form(item):
    wanted = values.checked(item)
    assert plain.load(plain.dump(wanted)) == wanted
    assert plain.load(plain.dump(wanted, indent=0)) == wanted
    assert values.load(values.dump(wanted)) == wanted
    assert values.from_boto(values.to_boto(wanted)) == wanted
    assert values.decode_key(values.encode_key(wanted)) == wanted
    assert "\n" not in plain.dump(wanted, indent=0)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_a_cell_is_short_whatever_the_value(value):
    assert len(values.show(values.checked({"a": value})["a"])) <= values.SHORT


def test_a_number_of_38_digits_keeps_them():
    text = '{"id": 1.2345678901234567890123456789012345678}'
    assert plain.load(text) == {"id": {"N": "1.2345678901234567890123456789012345678"}}


def test_what_json_has_not_stands_in_its_dynamodb_form():
    item = {"a": {"SS": ["x", "y"]}, "b": {"B": "aGk="}, "c": {"M": {"N": {"S": "no number"}}}}
    assert plain.dump(item, indent=0) == (
        '{"a": {"SS": ["x", "y"]}, "b": {"B": "aGk="}, "c": {"M": {"N": "no number"}}}'
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        ('{"a": 1}x', "Extra data"),
        ("[]", "An item is a JSON object"),
        ('{"a": 1, "a": 2}', "“a” stands twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": {"SS": []}}', "Attribute “a”"),
        ('{"a": {"SS": ["x", "x"]}}', "duplicates"),
        ('{"a": {"B": "no base64!"}}', "Attribute “a”"),
        ('{"a": {"N": "twelve"}}', "cannot be converted to a numeric value"),
        ('{"a": 123456789012345678901234567890123456789}', "38 significant digits"),
        ('{"a": 1e126}', "Number overflow"),
        ('{"a": ' + "[" * 40 + "]" * 40 + "}", "Nesting Levels"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply"),
        ('{"' + "x" * 65_536 + '": 1}', "Attribute name is too large"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    with pytest.raises(Trouble) as raised:
        plain.load(text)
    assert said in raised.value.what
    assert len(raised.value.what) < 400


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": "x"}', "Attribute “a”"),
        ('{"a": {"S": "x", "N": "1"}}', "Attribute “a”"),
        ('{"a": {"S": 1}}', "Attribute “a”"),
        ('{"a": {}}', "Attribute “a”"),
        ('{"a": {"NULL": false}}', "must have the value of true"),
    ],
)
def test_dynamodb_json_is_checked(text, said):
    with pytest.raises(Trouble) as raised:
        values.load(text)
    assert said in raised.value.what


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("S", " as it is ", {"S": " as it is "}),
        ("S", "", {"S": ""}),
        ("N", " 007.50 ", {"N": "7.5"}),
        ("BOOL", "True", {"BOOL": True}),
        ("NULL", "", {"NULL": True}),
        ("B", "aGk=", {"B": "aGk="}),
        ("SS", '["b", "a"]', {"SS": ["a", "b"]}),
        ("SS", '"only"', {"SS": ["only"]}),
        ("NS", "[1, 2.50, 1e2]", {"NS": ["1", "2.5", "100"]}),
        ("L", '[{"S": "a"}]', {"L": [{"S": "a"}]}),
        ("M", '{"a": {"N": "1"}}', {"M": {"a": {"N": "1"}}}),
    ],
)
def test_a_field_becomes_a_value(kind, text, value):
    assert values.from_field(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [("N", "ten"), ("N", ""), ("BOOL", "yes"), ("B", "?"), ("SS", "[]"), ("L", "{")],
)
def test_a_field_that_is_no_value(kind, text):
    with pytest.raises(Trouble):
        values.from_field(kind, text)


@pytest.mark.parametrize("text", ["", "!", "e30x", "bnVsbA", "W10", "eyJhIjoxfQ"])
def test_an_address_that_names_no_key(text):
    with pytest.raises(Trouble) as raised:
        values.decode_key(text)
    assert raised.value.status == 400


def test_columns_begin_with_the_keys_and_go_on_with_the_commonest():
    items = [{"id": 1, "z": 1}, {"id": 1, "a": 1, "z": 1}, {"id": 1, "b": 1}]
    assert values.columns(items, ["id", "at"], 4) == ["id", "at", "z", "a"]


def test_a_number_of_thousands_of_digits_is_said_to_be_too_long():
    """Python refuses it with an error of its own."""
    with pytest.raises(Trouble, match="too many digits"):
        values.load('{"a": {"N": ' + "9" * 5000 + "}}")

import json
from base64 import b64decode

import pytest
from hypothesis import given
from tests.aws.dynamodb.values.strategies import (
    base64,
    binaries,
    scalars,
    texts,
    wire_values,
)

from homeport.aws.dynamodb.values import attribute, compare, numbers


def plain(value):
    ((kind, content),) = value.items()
    if kind == "N":
        return numbers.decimal(content)
    return content.encode() if kind == "S" else b64decode(content)


@given(scalars, scalars)
def test_less(a, b):
    if a.keys() == b.keys():
        assert compare.less(a, b) is (plain(a) < plain(b))
        assert compare.equal(a, b) == (plain(a) == plain(b))
    else:
        assert compare.less(a, b) is None
        assert not compare.equal(a, b)


@given(wire_values, wire_values)
def test_equal(a, b):
    a, b = attribute.value(a), attribute.value(b)
    assert compare.equal(a, attribute.value(a))
    assert compare.equal(a, b) == (json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True))


@pytest.mark.parametrize(
    "value", [{"BOOL": False}, {"NULL": True}, {"SS": ["a"]}, {"L": []}, {"M": {}}]
)
def test_no_order(value):
    assert compare.less(value, value) is None


def test_sets_disregard_order():
    a, b = ({"NS": members} for members in (["3", "1.0", "2"], ["2", "3", "1"]))
    assert compare.equal(attribute.value(a), attribute.value(b))


@pytest.mark.parametrize(
    ("container", "operand", "is_in"),
    [
        ({"S": "abc"}, {"S": "bc"}, True),
        ({"S": "abc"}, {"S": ""}, True),
        ({"S": "abc"}, {"S": "d"}, False),
        ({"S": "1"}, {"N": "1"}, False),
        ({"B": "YWJj"}, {"B": "YmM="}, True),
        ({"B": "YWJj"}, {"B": "Ymc="}, False),
        ({"SS": ["a", "b"]}, {"S": "b"}, True),
        ({"SS": ["a", "b"]}, {"S": "c"}, False),
        ({"SS": ["1"]}, {"N": "1"}, False),
        ({"SS": ["a"]}, {"SS": ["a"]}, False),
        ({"NS": ["1", "2"]}, {"N": "2"}, True),
        ({"BS": ["YQ=="]}, {"B": "YQ=="}, True),
        ({"L": [{"S": "a"}, {"M": {"k": {"N": "1"}}}]}, {"M": {"k": {"N": "1"}}}, True),
        ({"L": [{"S": "a"}]}, {"S": "b"}, False),
        ({"N": "12"}, {"N": "1"}, False),
        ({"M": {"a": {"S": "a"}}}, {"S": "a"}, False),
        ({"BOOL": True}, {"BOOL": True}, False),
    ],
)
def test_contains(container, operand, is_in):
    assert compare.contains(container, operand) is is_in


@given(texts, texts)
def test_text_begins_with(whole, start):
    assert compare.begins_with({"S": whole}, {"S": start}) == whole.startswith(start)
    assert compare.begins_with({"S": start + whole}, {"S": start})


@given(binaries, binaries)
def test_binary_begins_with(whole, start):
    value = {"B": base64(whole)}
    assert compare.begins_with(value, {"B": base64(start)}) == whole.startswith(start)


@pytest.mark.parametrize("value", [{"N": "12"}, {"SS": ["a"]}, {"BOOL": True}, {"L": []}])
def test_begins_with_is_of_texts_and_binaries(value):
    assert compare.begins_with(value, value) is False
    assert compare.begins_with({"S": "a"}, value) is False


@pytest.mark.parametrize(
    ("value", "length"),
    [
        ({"S": "é\U0001d11e"}, 3),  # https://github.com/ExtendDB/extenddb/pull/67
        ({"S": "abc"}, 3),
        ({"B": "YWJj"}, 3),
        ({"B": "YQ=="}, 1),
        ({"SS": ["a", "b"]}, 2),
        ({"L": [{"S": "abc"}]}, 1),
        ({"M": {}}, 0),
        ({"N": "123"}, None),
        ({"BOOL": True}, None),
        ({"NULL": True}, None),
    ],
)
def test_length(value, length):
    assert compare.length(value) == length

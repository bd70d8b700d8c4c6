"""What AWS answers to patterns that it does not take, word for word.

Recorded in https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns_filter_policy.snapshot.json
"""

import json

import pytest

from homeport.aws.patterns import grammar
from homeport.aws.patterns.invalid import Invalid

SOURCE = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"

RECORDED = [
    ([["value"]], "Match value must be String, number, true, false, or null", 10),
    ([{"wrong-operator": True}], "Unrecognized match type wrong-operator", 31),
    ([{"suffix": "value", "prefix": "value2"}], "Only one key allowed in match expression", 37),
    ([], "Empty arrays are not allowed", 10),
    ([{"suffix": 100}], "suffix match pattern must be a string", 22),
    ([{"suffix": None}], "suffix match pattern must be a string", 23),
    ({"suffix": "value"}, '"suffix" must be an object or an array', 19),
    ([{"suffix": []}], "suffix match pattern must be a string", 20),
    ([{"suffix": ["test", "test2"]}], "suffix match pattern must be a string", 20),
    ({"suffix": "value", "prefix": "value"}, '"suffix" must be an object or an array', 19),
    ({"not-an-operator": "value"}, '"not-an-operator" must be an object or an array', 28),
    ([{"cidr": ["bad-filter"]}], "prefix match pattern must be a string", 18),
    ([{"numeric": []}], "Invalid member in numeric match: ]", 22),
    ([{"numeric": ["operator"]}], "Unrecognized numeric range operator: operator", 32),
    ([{"numeric": [1, "<="]}], "Invalid member in numeric match: 1", 22),
    ([{"numeric": ["=", "000"]}], "Value of equals must be numeric", 26),
    ([{"numeric": [">="]}], "Value of >= must be numeric", 26),
    ([{"numeric": ["<", 100, ">", 10]}], "Too many elements in numeric expression", 30),
    ([{"numeric": [">=", 1, ">", 2]}], "Bad numeric range operator: >", 31),
    ([{"numeric": [">", 3, "<", 1]}], "Bottom must be less than top", 33),
    ([{"numeric": [">", 20, "<="]}], "Value of <= must be numeric", 33),
    ([{"numeric": [">", 20, 30]}], "Bad value in numeric range: 30", 30),
    ([{"numeric": [">", 20, "test"]}], "Bad numeric range operator: test", 34),
    ([{"numeric": [">", "20", "<", "30"]}], "Value of > must be numeric", 26),
    ([{"numeric": [">", 20, "<", "30"]}], "Value of < must be numeric", 33),
    (
        [{"numeric": [">", 20, "<", 30, "<", 50]}],
        "Too many terms in numeric range expression",
        36,
    ),
    ([{"exists": None}], "exists match pattern must be either true or false.", 23),
    ([{"exists": "no"}], "exists match pattern must be either true or false.", 20),
    (
        [{"anything-but": {"wrong-operator": None}}],
        "Unsupported anything-but pattern: wrong-operator",
        47,
    ),
    ([{"anything-but": {"exists": False}}], "Unsupported anything-but pattern: exists", 40),
    ([{"anything-but": {"prefix": False}}], "prefix match pattern must be a string", 40),
]
WITHOUT_PLACE = [
    ([{"cidr": "bad-filter"}], "Malformed CIDR, one '/' required"),
    ([{"cidr": "bad-filter/64"}], "Nonstandard IP address: bad-filter"),
    ([{"cidr": "bad-/64filter"}], "Malformed CIDR, mask bits must be an integer"),
    ([{"cidr": "xx.11.xx/8"}], "Nonstandard IP address: xx.11.xx"),
    ([{"cidr": "xxxx:db8:1234:1a00::/64"}], "Nonstandard IP address: xxxx:db8:1234:1a00::"),
]
UNRECORDED = [
    ({}, "Empty objects are not allowed"),
    ([{}], "Match expression name not found"),
    ([{"numeric": 1}], "Value of numeric must be an array."),
    ([{"anything-but": True}], "Value of anything-but must be an array"),
    ([{"anything-but": []}], "Empty arrays are not allowed"),
    ([{"anything-but": [1, "a"]}], "mixed type is not supported"),
    ([{"anything-but": [None]}], "start|null|boolean is not supported"),
    ([{"anything-but": {}}], "Anything-But expression name not found"),
    ([{"anything-but": {"prefix": ""}}], "Null prefix/suffix not allowed"),
    ([{"anything-but": {"suffix": [1]}}], "suffix match pattern must be a string"),
    ([{"anything-but": {"suffix": []}}], "Empty arrays are not allowed"),
    ([{"wildcard": "a**b"}], "Consecutive wildcard characters at pos 1"),
    ([{"wildcard": "a\\b"}], "Invalid escape character at pos 1"),
    ([{"cidr": "10.0.0.0/33"}], "mask bits must not exceed"),
]


def refusal(text):
    with pytest.raises(Invalid) as caught:
        grammar.parse(text)
    return str(caught.value)


def dump(value):
    return json.dumps(value, separators=(",", ":"))


@pytest.mark.parametrize(("value", "text", "column"), RECORDED)
def test_recorded(value, text, column):
    said = refusal(dump({"key": value}))
    assert said == f"{text}\n at {SOURCE}; line: 1, column: {column}]"


@pytest.mark.parametrize(("value", "text"), WITHOUT_PLACE)
def test_addresses(value, text):
    assert refusal(dump({"key": value})) == text


@pytest.mark.parametrize(("value", "text"), UNRECORDED)
def test_what_the_engine_of_aws_says(value, text):
    assert text in refusal(dump({"key": value}))


@pytest.mark.parametrize(
    ("text", "said", "column"),
    [
        (
            "{invalidjson}",
            "Unexpected character ('i' (code 105)): was expecting double-quote to start field name",
            2,
        ),
        (
            "invalid",
            "Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            8,
        ),
    ],
)
def test_recorded_broken_json(text, said, column):
    """`test_validate_set_sub_attributes`, `test_subscribe_invalid_filter_policy` in `test_sns.snapshot.json` beside it."""
    assert (
        refusal(text) == f"failed to parse JSON. {said}\n at {SOURCE}; line: 1, column: {column}]"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '"a"',
        "{",
        '{"a"',
        '{"a":',
        '{"a":[',
        '{"a":["',
        '{"a":[1 2]}',
        '{"a":[?]}',
        '{"a" 1}',
    ],
)
def test_other_broken_json_is_refused(text):
    assert refusal(text)


def test_lines_are_counted():
    assert "line: 3, column: 4]" in refusal('{\n "a": [\n {}\n]}')


def test_deep_json_is_refused():
    text = '{"a":' * 2_000 + "[1]" + "}" * 2_000
    assert "nesting depth" in refusal(text)


def test_or_needs_two():
    assert "at least 2 Objects" in refusal('{"$or":[{"a":[1]}]}')


def test_or_beside_or_without_end_is_refused():
    choice = [{"a": [n]} for n in range(11)]
    text = dump({"x": {"$or": choice}, "y": {"$or": choice}, "z": {"$or": choice}})
    assert refusal(text) == "Filter policy is too complex"

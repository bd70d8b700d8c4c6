"""The examples of AWS's own pages, and what LocalStack recorded of AWS."""

import json

import pytest

from homeport.aws.patterns import grammar

# https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html,
# https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html,
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
VALUES = [
    (["rugby", "tennis"], ["rugby", "tennis", ["rugby", "x"]], ["baseball", ["baseball"], 1, []]),
    (
        [{"anything-but": ["rugby", "tennis"]}],
        ["baseball", "football", ["rugby", "baseball"]],
        ["rugby", ["rugby"], ["rugby", "tennis"]],
    ),
    ([{"anything-but": "rugby"}], ["x", 1, None], ["rugby"]),
    ([{"anything-but": [100, 500]}], [101, "100"], [100, 500.0]),
    ([{"anything-but": {"prefix": "order-"}}], ["data-entry"], ["order-cancelled"]),
    ([{"anything-but": {"prefix": ["a", "b"]}}], ["c"], ["ax", "bx"]),
    ([{"anything-but": {"suffix": "ball"}}], ["rugby"], ["football"]),
    ([{"anything-but": {"suffix": ["1", "2"]}}], ["3", 1], ["x1", "x2"]),
    ([{"anything-but": {"wildcard": "*/lib/*"}}], ["a/b"], ["a/lib/b"]),
    ([{"anything-but": {"wildcard": ["*/lib/*", "*/bin/*"]}}], ["a/b"], ["a/lib/b", "a/bin/b"]),
    ([{"anything-but": {"equals-ignore-case": "RUGBY"}}], ["x"], ["Rugby"]),
    ([{"anything-but": {"equals-ignore-case": ["A", "b"]}}], ["c"], ["a", "B"]),
    ([{"equals-ignore-case": "tennis"}], ["TENNIS", "Tennis"], ["rugby", 1]),
    ([{"prefix": "bas"}], ["baseball", "basketball"], ["rugby", "b", None]),
    ([{"suffix": "ball"}], ["baseball", "basketball"], ["rugby", True]),
    ([{"cidr": "10.0.0.0/24"}], ["10.0.0.0", "10.0.0.255"], ["10.1.1.0", "10.0.0.256", 10]),
    ([{"cidr": "2001:db8:1234:1a00::/64"}], ["2001:db8:1234:1a00::1"], ["2001:db8:1234:1b00::"]),
    ([301.5], [301.5, 3.015e2], [301, "301.5", True]),
    ([{"numeric": ["=", 301.5]}], [301.5, 3.015e2], [301]),
    ([{"numeric": [">", 0, "<=", 150]}], [1, 150, 0.1], [0, 151, "1", True]),
    ([{"numeric": ["<", 0]}], [-1], [0]),
    ([{"numeric": [">=", 5]}], [5, 1e300], [4.9]),
    ([{"numeric": ["<=", 5]}], [5, -1e300], [5.1, 10**400]),
    ([None], [None], ["null", False, 0]),
    ([True], [True], ["true", 1]),
    ([False], [False], [0, None]),
    ([1], [1, 1.0], [True]),
    ([{"exists": True}], ["x", None, 0, [1]], [[], {"x": 1}]),
    ([{"wildcard": "*ball"}], ["ball", "football"], ["balls"]),
    ([{"wildcard": "a*b*c"}], ["abc", "aXbXc"], ["ab", "ac", "abcd"]),
    ([{"wildcard": "a*a"}], ["aa", "aba"], ["a"]),
    ([{"wildcard": "plain"}], ["plain"], ["plainer"]),
    ([{"wildcard": "a\\*b\\\\*"}], ["a*b\\", "a*b\\c"], ["axb\\"]),
    (["x", {"prefix": "y"}, 3, {"numeric": [">", 10]}], ["x", "yy", 3, 11], ["xx", 4]),
]


@pytest.mark.parametrize(
    ("listed", "chosen", "others"), VALUES, ids=lambda value: json.dumps(value)[:50]
)
def test_values(listed, chosen, others):
    pattern = grammar.parse(json.dumps({"key": listed}))
    assert [value for value in chosen if not pattern.matches({"key": value})] == []
    assert [value for value in others if pattern.matches({"key": value})] == []


def matches(pattern, event):
    return grammar.parse(json.dumps(pattern)).matches(event)


@pytest.mark.parametrize(
    ("event", "is_chosen"),
    [
        ({}, True),
        ({"key": []}, True),
        ({"key": {}}, True),
        ({"other": 1}, True),
        ({"key": "x"}, True),
        ({"key": "y"}, False),
        ({"key": None}, False),
        ({"key": ["y", "z"]}, False),
    ],
)
def test_absent_or_a_value(event, is_chosen):
    assert matches({"key": [{"exists": False}, "x"]}, event) is is_chosen


def test_absent_alone():
    assert matches({"key": [{"exists": False}]}, {"other": 1})
    assert not matches({"key": [{"exists": False}]}, {"key": 1})
    assert not matches({"a": {"b": [{"exists": False}]}}, {"a": [{"c": 1}, {"b": 2}]})


@pytest.mark.parametrize(
    "event",
    [
        {"object": {"nested": {"test": "string.value"}}},
        {"object.nested.test": "string.value"},
        {"object.nested": {"test": "string.value"}},
        {"object": {"nested.test": "string.value"}},
        {"object.nested": {"test": "other"}, "object": {"nested": {"test": "string.value"}}},
    ],
    ids=json.dumps,
)
@pytest.mark.parametrize(
    "pattern",
    [
        {"object.nested.test": ["string.value"]},
        {"object": {"nested": {"test": ["string.value"]}}},
        {"object": {"nested.test": ["string.value"]}},
    ],
    ids=json.dumps,
)
def test_dots_and_objects_are_alike(pattern, event):
    """`test_filter_policy_on_message_body_dot_attribute`"""
    assert matches(pattern, event)
    assert not matches(pattern, {"object": {"nested": {"test": "string.notvalue"}}})


RECORDS = {
    "Records": {
        "s3": {"object": {"key": [{"prefix": "auto-"}]}},
        "eventName": [{"prefix": "ObjectCreated:"}],
    }
}


def record(name, key):
    return {"eventName": name, "s3": {"object": {"key": key}}}


@pytest.mark.parametrize(
    ("records", "is_chosen"),
    [
        ([record("ObjectCreated:Put", "auto-1")], True),
        ([record("ObjectRemoved:Delete", "auto-1")], False),
        ([record("ObjectCreated:Put", "home-1")], False),
        ([record("ObjectCreated:Put", "home-1"), record("ObjectRemoved:Delete", "auto-1")], False),
        ([record("ObjectRemoved:Delete", "home-1"), record("ObjectCreated:Put", "auto-1")], True),
        ([{"eventName": "ObjectCreated:Put", "s3": {"object": [[{"key": "auto-1"}]]}}], True),
    ],
)
def test_what_is_asked_of_items_is_asked_of_one_item(records, is_chosen):
    """`test_filter_policy_on_message_body_array_of_object_attributes`"""
    assert matches(RECORDS, {"Records": records}) is is_chosen


OR = {
    "$or": [
        {"metricName": ["CPUUtilization", "ReadLatency"]},
        {"namespace": ["AWS/EC2", "AWS/ES"]},
    ],
    "detail": {
        "scope": ["Service"],
        "$or": [{"source": ["aws.cloudwatch"]}, {"type": ["CloudWatch Alarm State Change"]}],
    },
}


@pytest.mark.parametrize(
    ("event", "is_chosen"),
    [
        ({"metricName": "CPUUtilization", "detail": {"scope": "Service"}}, False),
        (
            {"metricName": "AWS/EC2", "detail": {"scope": "Service", "source": "aws.cloudwatch"}},
            False,
        ),
        ({"detail": {"scope": "Service", "source": "aws.cloudwatch"}}, False),
        (
            {"metricName": "ReadLatency", "detail": {"scope": "x", "source": "aws.cloudwatch"}},
            False,
        ),
        (
            {
                "metricName": "ReadLatency",
                "detail": {"scope": "Service", "source": "aws.cloudwatch"},
            },
            True,
        ),
        ({"namespace": "AWS/ES", "detail": {"scope": "Service", "source": "aws.cloudwatch"}}, True),
        (
            {
                "namespace": "AWS/EC2",
                "detail": {"scope": "Service", "type": "CloudWatch Alarm State Change"},
            },
            True,
        ),
    ],
    ids=json.dumps,
)
def test_or(event, is_chosen):
    """`test_filter_policy_on_message_body_or_attribute`"""
    assert matches(OR, event) is is_chosen


@pytest.mark.parametrize(
    ("pattern", "complexity"),
    [
        ({"a": ["x"] * 1}, 1),
        ({"a": ["x", "y"], "b": [1, 2, 3]}, 6),
        # https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
        (
            {
                "key_a": {"key_b": {"key_c": ["1", "2", "3", "4"]}},
                "key_d": {"key_e": ["1", "2", "3"]},
                "key_f": ["1", "2", "3"],
            },
            216,
        ),
        # `test_policy_complexity_with_or`
        (
            {
                "source": [1, 2, 3, 4],
                "$or": [
                    {"metricName": [1, 2, 3, 4, 5, 6]},
                    {
                        "metricType": [1, 2, 3, 4],
                        "$or": [{"metricId": [1, 2, 3, 4]}, {"spaceId": [1, 2, 3, 4]}],
                    },
                ],
            },
            152,
        ),
        (
            {
                "$or": [{"metricName": [1, 2, 3]}, {"namespace": [1, 2]}],
                "detail": {"scope": [1, 2], "$or": [{"source": [1]}, {"type": [1, 2, 3]}]},
            },
            160,
        ),
    ],
    ids=json.dumps,
)
def test_combinations_are_counted_as_aws_counts_them(pattern, complexity):
    assert grammar.parse(json.dumps(pattern)).complexity == complexity


def test_names_of_the_outermost_object_are_counted_in_choices_too():
    pattern = grammar.parse('{"a":[1],"$or":[{"b":[1]},{"c":{"d":[1]}}]}')
    assert pattern.keys == {"a", "b", "c"}
    assert pattern.is_nested


def test_a_list_that_is_no_choice_is_a_value():
    assert matches({"$or": ["x", "y"]}, {"$or": "x"})
    assert matches({"$or": [{"prefix": "x"}, {"prefix": "y"}]}, {"$or": "yes"})


def test_an_empty_pattern_chooses_everything():
    assert matches({}, {"any": "thing"})


def test_lists_in_lists_without_end_are_not_chosen():
    event: list = []
    for _ in range(5_000):
        event = [event]
    assert not matches({"key": ["x"]}, {"key": event})


def test_many_readings_end():
    pattern = {"a": {f"k{n}": [1] for n in range(30)}}
    event = {"a": {f"k{n}": 2 for n in range(30)}, **{f"a.k{n}": 2 for n in range(30)}}
    assert not matches(pattern, event)


def test_many_stars_take_no_time():
    assert not matches({"key": [{"wildcard": "*a" * 20 + "*b"}]}, {"key": "a" * 200_000})

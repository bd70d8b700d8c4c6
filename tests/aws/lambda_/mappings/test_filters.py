"""test_sqs_invalid_event_filter, test_dynamodb_invalid_event_filter of LocalStack's event_source_mapping snapshots."""

import json

import pytest

from homeport.aws.lambda_.mappings import filters
from homeport.aws.protocol.call import AwsError


def check(*patterns):
    filters.check({"Filters": [{"Pattern": pattern} for pattern in patterns]})


@pytest.mark.parametrize(
    "pattern",
    [
        {"body": ["a", 1, None, True]},
        {"body": {"a": {"b": [{"prefix": "x"}]}}},
        {"body": {"$or": [{"a": [1]}, {"b": [2]}]}},
        {"dynamodb": {"NewImage": {"n": {"N": [{"numeric": [">", 1]}]}}}},
        # Without a list of alternatives it is a name like any other.
        {"$or": {"a": [1]}},
    ],
    ids=range(5),
)
def test_patterns(pattern):
    check(json.dumps(pattern))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "simple string",
        '"text"',
        "[1]",
        "{}",
        '{"eventSource": "aws:sqs"}',
        '{"eventSource": []}',
        '{"a": [["b"]]}',
        '{"a": [{"prefix": "b", "suffix": "c"}]}',
        "[" * 100_000,
    ],
    ids=range(11),
)
def test_what_is_no_pattern(text):
    with pytest.raises(AwsError) as caught:
        check(text)
    assert caught.value.code == "InvalidParameterValueException"
    assert caught.value.message == "Invalid filter pattern definition."


def test_there_may_be_five():
    check(*['{"a":["b"]}'] * 5)
    with pytest.raises(AwsError):
        check(*['{"a":["b"]}'] * 6)


def test_none_at_all():
    filters.check({})
    filters.check({"Filters": []})

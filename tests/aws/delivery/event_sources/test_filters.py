"""https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html#filtering-SQS-properly"""

import json

import pytest

from homeport.aws.delivery.event_sources import filters

JSON, TEXT = '{"a": 1, "b": {"c": "d"}}', "text"


def matches(body, *patterns):
    record = {"body": body, "eventSource": "aws:sqs", "messageAttributes": {}}
    return filters.match_message(filters.parse([json.dumps(each) for each in patterns]), record)


@pytest.mark.parametrize(
    ("body", "pattern", "expected"),
    [
        (TEXT, {"body": ["text"]}, True),
        (TEXT, {"body": ["other"]}, False),
        (TEXT, {"body": {"a": [1]}}, False),
        (TEXT, {"body": {"a": [{"exists": False}]}}, False),
        (TEXT, {"eventSource": ["aws:sqs"]}, True),
        (JSON, {"body": [JSON]}, False),
        (JSON, {"body": {"a": [1]}}, True),
        (JSON, {"body": {"a": [2]}}, False),
        (JSON, {"body": {"b": {"c": ["d"]}}}, True),
        (JSON, {"body": {"x": [{"exists": False}]}}, True),
        (JSON, {"eventSource": ["other"]}, False),
        ("[1]", {"body": ["[1]"]}, True),
        ("[" * 5_000, {"body": [{"prefix": "["}]}, True),
    ],
)
def test_messages(body, pattern, expected):
    assert matches(body, pattern) is expected


def test_one_of_the_patterns_is_enough():
    assert matches(TEXT, {"body": ["other"]}, {"body": ["text"]})


def test_without_patterns_all_is_wanted():
    assert matches(TEXT)
    assert filters.match_record([], {})


def test_records():
    patterns = filters.parse(['{"dynamodb": {"Keys": {"id": {"S": [{"prefix": "a"}]}}}}'])
    assert filters.match_record(patterns, {"dynamodb": {"Keys": {"id": {"S": "ab"}}}})
    assert not filters.match_record(patterns, {"dynamodb": {"Keys": {"id": {"S": "b"}}}})

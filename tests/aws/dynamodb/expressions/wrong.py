"""What requests with wrong expressions are told."""

import pytest

from homeport.aws.dynamodb.expressions import requests
from homeport.aws.protocol.call import AwsError

VALUES = {
    ":n": {"N": "1"},
    ":n2": {"N": "2"},
    ":s": {"S": "a"},
    ":s2": {"S": "b"},
    ":b": {"B": "YQ=="},
    ":t": {"BOOL": True},
    ":0": {"NULL": True},
    ":l": {"L": []},
    ":m": {"M": {}},
    ":ss": {"SS": ["a"]},
    ":ns": {"NS": ["1"]},
    ":bs": {"BS": ["YQ=="]},
}
NAMES = {"#a": "a", "#b": "b", "#3": "[3]"}


def used(known, text):
    """Of what is known, what the text has; None where that is nothing."""
    words = set("".join(c if c.isalnum() or c in "#:_" else " " for c in text).split())
    return {key: value for key, value in known.items() if key in words} or None


def given(text):
    """The placeholders of a text, those of them that are known."""
    placeholders = {
        "ExpressionAttributeNames": used(NAMES, text),
        "ExpressionAttributeValues": used(VALUES, text),
    }
    return {name: value for name, value in placeholders.items() if value}


def message(call, *arguments):
    """The text of the ValidationException of a call."""
    with pytest.raises(AwsError) as raised:
        call(*arguments)
    assert raised.value.code == "ValidationException"
    assert raised.value.status == 400
    return raised.value.message


def condition(text):
    return message(requests.of_write, {"ConditionExpression": text, **given(text)})


def update(text):
    return message(requests.of_write, {"UpdateExpression": text, **given(text)})


def projection(text):
    return message(requests.of_get, {"ProjectionExpression": text, **given(text)})

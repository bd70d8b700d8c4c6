import json

import pytest

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.events import records
from homeport.aws.lambda_.invoking.events.store import Event
from homeport.aws.lambda_.invoking.invocation import Answer

NOW_MS = 1_700_000_000_123


@pytest.fixture
def version(make_world):
    return make_world().add()


def event(payload=b"{}"):
    return Event(1, "000000000000", "us-east-1", "f", "", "id", NOW_MS, NOW_MS, 1, "", "", payload)


def body(version, payload=b"{}", answer=None):
    record = records.for_destination("t", event(payload), version, "Success", answer, NOW_MS)
    return record.body


def test_payloads_stand_in_it_as_they_were(version):
    number = b"12345678901234567890.12345678901234567890"
    found = body(version, b'{"n":%b}' % number, Answer(number))
    assert f'"requestPayload":{{"n":{number.decode()}}}' in found
    assert found.endswith(f'"responsePayload":{number.decode()}}}')
    assert json.loads(found)["timestamp"] == "2023-11-14T22:13:20.123Z"


@pytest.mark.parametrize(
    ("payload", "found"),
    [(b"", ""), (b"plain", "plain"), (b"\xff", "\ufffd"), (b'"a"', "a"), (b"null", None)],
)
def test_any_answer_gives_json(version, payload, found):
    assert json.loads(body(version, answer=Answer(payload)))["responsePayload"] == found


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b'{"errorMessage":"m"}', "m"),
        (b'{"errorMessage":{"a":1}}', '{"a":1}'),
        (b"{}", ""),
        (b"[]", ""),
        (b"plain", "plain"),
    ],
)
def test_what_an_error_says(payload, message):
    assert records.error_message(Answer(payload, "Unhandled")) == message


def attributes(version, message):
    record = records.for_dead_letters("t", event(), version, 200, message, NOW_MS)
    return json.loads(record.attributes)


def test_a_long_message_is_cut(version):
    found = attributes(version, "m" * 2000)["ErrorMessage"]["StringValue"]
    assert len(found) == limits.DEAD_LETTER_MESSAGE_CHARACTERS


def test_no_message_is_no_attribute(version):
    assert set(attributes(version, "")) == {"RequestID", "ErrorCode"}

"""The text of an event."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.s3.notifications import names, records

REQUEST = records.Request("R1", "10.0.0.7:51234", "123456789012", 1_700_000_000.5678)
PLACE = records.Place("things", "000000000000", "eu-west-1")


def record(event=names.PUT, thing=None, sequencer="", request=REQUEST):
    thing = thing or records.Thing("key", 3, "etag", "v1")
    text = records.record(event, "my id", request, PLACE, thing, sequencer)
    (found,) = json.loads(text)["Records"]
    return found


def test_everything():
    assert record(sequencer="00AB") == {
        "eventVersion": "2.5",
        "eventSource": "aws:s3",
        "awsRegion": "eu-west-1",
        "eventTime": "2023-11-14T22:13:20.567Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:123456789012"},
        "requestParameters": {"sourceIPAddress": "10.0.0.7"},
        "responseElements": {"x-amz-request-id": "R1", "x-amz-id-2": records.HOST_ID},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "my id",
            "bucket": {
                "name": "things",
                "ownerIdentity": {"principalId": records.customer_id("000000000000")},
                "arn": "arn:aws:s3:::things",
            },
            "object": {
                "key": "key",
                "size": 3,
                "eTag": "etag",
                "versionId": "v1",
                "sequencer": "00AB",
            },
        },
    }


def test_what_is_not_known_is_not_there():
    assert record(thing=records.Thing("key"))["s3"]["object"] == {"key": "key"}


def test_an_empty_object_has_a_size():
    assert record(thing=records.Thing("key", 0))["s3"]["object"]["size"] == 0


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("a@b", "a%40b"),
        ("red flower.jpg", "red+flower.jpg"),
        ("a/b", "a/b"),
        ("a+b", "a%2Bb"),
        ("日", "%E6%97%A5"),
        ('"', "%22"),
    ],
)
def test_keys_are_written_as_in_a_url(key, written):
    assert record(thing=records.Thing(key))["s3"]["object"]["key"] == written


@pytest.mark.parametrize(
    ("peer", "address"),
    [("127.0.0.1:80", "127.0.0.1"), ("[::1]:80", "::1"), ("", "127.0.0.1")],
)
def test_addresses(peer, address):
    said = record(request=REQUEST._replace(address=peer))
    assert said["requestParameters"] == {"sourceIPAddress": address}


def test_the_message_that_tests_a_destination():
    assert json.loads(records.message_of_test(REQUEST, PLACE)) == {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2023-11-14T22:13:20.567Z",
        "Bucket": "things",
        "RequestId": "R1",
        "HostId": records.HOST_ID,
    }


MICROSECONDS = st.integers(0, 4_000_000_000_000_000)


@given(MICROSECONDS, MICROSECONDS)
def test_sequencers_sort_as_the_times_do(one, other):
    first, second = records.sequencer(one), records.sequencer(other)
    assert re.fullmatch("[0-9A-F]{18}", first)
    assert (first < second) == (one < other)


def test_the_first_digits_of_a_sequencer_are_seconds():
    assert records.sequencer(1_700_000_000_000_000)[:10] == f"{1_700_000_000:010X}"


def test_customers_are_told_apart():
    assert re.fullmatch("A[0-9A-Z]{13}", records.customer_id("1"))
    assert records.customer_id("1") != records.customer_id("2")

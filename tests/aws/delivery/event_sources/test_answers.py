import pytest

from homeport.aws.delivery.event_sources import answers

KNOWN = {"a", "b"}


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b'""',
        b"[]",
        b"{}",
        b'{"batchItemFailures": []}',
        b'{"batchItemFailures": null}',
        b'{"other": 1}',
    ],
)
def test_all_has_succeeded(payload):
    assert answers.failures(payload, KNOWN) == frozenset()


@pytest.mark.parametrize(
    "payload",
    [
        b"{",
        b'"text"',
        b"[1]",
        b'{"batchItemFailures": "a"}',
        b'{"batchItemFailures": ["a"]}',
        b'{"batchItemFailures": [{"itemIdentifier": ""}]}',
        b'{"batchItemFailures": [{"itemIdentifier": null}]}',
        b'{"batchItemFailures": [{"itemIdentifier": 1}]}',
        b'{"batchItemFailures": [{"foo": "a"}]}',
        b'{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "unknown"}]}',
        b"[" * 5_000,
    ],
)
def test_the_whole_batch_has_failed(payload):
    assert answers.failures(payload, KNOWN) is None


def test_some_have_failed():
    payload = b'{"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "b"}]}'
    assert answers.failures(payload, KNOWN) == {"b"}

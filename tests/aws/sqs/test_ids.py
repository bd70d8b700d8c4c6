"""Ids of messages."""

import uuid

from homeport.aws.sqs import sqs


def test_random_ids_are_uuids_of_version_four():
    for _ in range(100):
        text = sqs.random_id()
        parsed = uuid.UUID(text)
        assert (str(parsed), parsed.version, parsed.variant) == (text, 4, uuid.RFC_4122)


def test_random_ids_differ():
    assert len({sqs.random_id() for _ in range(1000)}) == 1000

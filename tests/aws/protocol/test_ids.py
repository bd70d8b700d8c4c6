"""Ids of messages and requests."""

import uuid

from homeport.aws.protocol import ids


def test_random_ids_are_uuids_of_version_four():
    for _ in range(100):
        text = ids.uuid()
        parsed = uuid.UUID(text)
        assert (str(parsed), parsed.version, parsed.variant) == (text, 4, uuid.RFC_4122)


def test_random_ids_differ():
    assert len({ids.uuid() for _ in range(1000)}) == 1000

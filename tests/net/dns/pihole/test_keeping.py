"""What every keeper must do, by a Pi-hole: the stand-in, or the real one that the environment names."""

from __future__ import annotations

import pytest
from tests.net.dns import keeping

from homeport.net.dns.pihole import items, keeper


@pytest.fixture
def kept(pihole):
    def opened():
        return keeper.open(pihole.options, pihole.clock, pihole.wait)

    def present():
        return [one for item in listed() for one in item.records if is_tested(one)]

    def listed():
        with pihole.client() as client:
            return items.read(client.items("hosts"), client.items("cnameRecords"))

    def add(record):
        item = items.write(record)
        change("put", item)

    def drop(record):
        change("delete", next(item for item in listed() if record in item.records))

    def change(call, item):
        with pihole.client() as client:
            assert getattr(client, call)(item.setting, item.text, restarts=True).status in {
                201,
                204,
            }
        pihole.wait(1.5)

    def rest():
        return [item for item in listed() if not any(map(is_tested, item.records))]

    yield keeping.Kept(opened, present, add, drop, rest=rest)
    for record in present():
        drop(record)


def is_tested(record):
    return record.name.endswith(".homelab.test")


class TestPiHole(keeping.Keeping):
    pass

"""Pi-holes for tests, of other folders too."""

from __future__ import annotations

import pytest
from tests.pihole import client, reached, resolver


@pytest.fixture
def pretended():
    """A stand-in, whose time is moved by whoever waits."""
    if resolver.PROGRAM is None:
        pytest.skip("dnsmasq is not installed (Debian: dnsmasq-base)")
    with reached.pretended() as made:
        yield made


@pytest.fixture
def pihole(request):
    """A stand-in, or the real Pi-hole that `HOMEPORT_TEST_PIHOLE_URL` names; with nothing of ours before and after."""
    made = reached.real() if reached.named() else request.getfixturevalue("pretended")
    yield made
    if made.stand_in is None:
        swept(made)


@pytest.fixture
def disposable(pihole):
    """One whose password may be changed."""
    if not pihole.is_disposable:
        pytest.skip(f"{reached.DISPOSABLE} is not set: its password is left alone")
    return pihole


def swept(made):
    """Takes away what tests have left, whatever it is."""
    made.until(lambda: _is_up(made))
    with made.client() as own:
        left = [
            (setting, item)
            for setting in ("cnameRecords", "hosts")
            for item in own.items(setting)
            if reached.DOMAIN in item
        ]
        for place, (setting, item) in enumerate(left):
            own.delete(setting, item, restarts=place == len(left) - 1)
    if any(setting == "cnameRecords" for setting, _ in left):
        made.wait(1.5)
    made.until(lambda: _is_up(made))


def _is_up(made):
    anyone = client.Client(made.url)
    try:
        return anyone.call("GET", "/api/auth").status in {200, 401}
    finally:
        anyone.close()

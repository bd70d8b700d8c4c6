"""Addresses as clients of registries name them."""

from __future__ import annotations

import pytest

from homeport.net.trust.hosts import Host

KEYS = [
    (Host("r.lan"), "r.lan"),
    (Host("r.lan", 8443), "r.lan:8443"),
    (Host("10.0.0.5", 5000), "10.0.0.5:5000"),
    (Host("fd00::1"), "[fd00::1]"),
    (Host("fd00::1", 5000), "[fd00::1]:5000"),
]


@pytest.mark.parametrize(("host", "key"), KEYS)
def test_there_and_back(host, key):
    assert (host.key, host.url, Host.of(key)) == (key, f"https://{key}", host)

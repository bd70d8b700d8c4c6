"""Whose failures are counted."""

import pytest

from homeport.edge import http
from homeport.registry.access.logins import addresses


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.0.0.1:5000", "", "10.0.0.1"),
        ("10.0.0.1:5000", "1.2.3.4", "10.0.0.1"),
        ("127.0.0.1:5000", "", "127.0.0.1"),
        ("127.0.0.1:5000", "1.2.3.4", "1.2.3.4"),
        ("127.0.0.1:5000", "9.9.9.9, 1.2.3.4", "1.2.3.4"),
        ("127.0.0.1:5000", "nonsense", "127.0.0.1"),
        ("[::1]:5000", "2001:db8::1", "2001:db8::"),
        ("[2001:db8:0:1:aaaa::1]:5", "", "2001:db8:0:1::"),
        ("[2001:db8:0:1:bbbb::2]:5", "", "2001:db8:0:1::"),
        ("[::ffff:10.0.0.1]:5", "", "10.0.0.1"),
        ("", "1.2.3.4", ""),
    ],
)
def test_address(peer, forwarded, address):
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    asked = http.Request("GET", "/", "", headers, http.BytesBody(), peer=peer)
    assert addresses.Addresses().of(asked) == address


BEHIND = addresses.Addresses(["10.42.0.0/16", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.42.0.9:5", "192.168.1.7", "192.168.1.7"),
        ("10.42.0.9:5", "1.2.3.4, 192.168.1.7", "192.168.1.7"),
        ("10.42.0.9:5", "1.2.3.4, 192.168.1.7, 10.42.3.1", "192.168.1.7"),
        ("10.42.0.9:5", "10.42.3.1", "10.42.3.1"),
        ("10.42.0.9:5", "192.168.1.7, nonsense, 10.42.3.1", "10.42.3.1"),
        ("[::ffff:10.42.0.9]:5", "::ffff:192.168.1.7", "192.168.1.7"),
        ("[fd00::1]:5", "192.168.1.7", "192.168.1.7"),
        ("127.0.0.1:5", "192.168.1.7", "127.0.0.1"),
        ("192.168.1.7:5", "10.42.0.9", "192.168.1.7"),
    ],
)
def test_address_behind_trusted_proxies(peer, forwarded, address):
    asked = http.Request(
        "GET", "/", "", {"x-forwarded-for": forwarded}, http.BytesBody(), peer=peer
    )
    assert BEHIND.of(asked) == address


def test_a_long_chain_costs_little_and_is_cut():
    chain = ", ".join(["1.2.3.4", *["10.42.0.1"] * 10_000])
    asked = http.Request(
        "GET", "/", "", {"x-forwarded-for": chain}, http.BytesBody(), peer="10.42.0.9:5"
    )
    assert BEHIND.of(asked) == "10.42.0.1"

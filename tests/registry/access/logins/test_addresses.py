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
    assert addresses.of(asked) == address

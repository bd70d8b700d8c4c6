"""The address of a Pi-hole in the forms that people have it."""

from __future__ import annotations

import pytest

from homeport import errors
from homeport.net.dns.pihole.options import Options


def options(url, **more):
    given = {"password": "geheim", "totp": "123456", "dns_address": "", **more}
    return Options(url, given["password"], given["totp"], None, given["dns_address"], 53, 60.0)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://pi.hole", "http://pi.hole"),
        ("http://pi.hole/", "http://pi.hole"),
        ("http://pi.hole/admin", "http://pi.hole"),
        ("http://pi.hole/admin/", "http://pi.hole"),
        ("https://pi.hole:8443/admin/login", "https://pi.hole:8443"),
        ("https://home.lan/pihole/admin", "https://home.lan/pihole"),
        ("http://[fd00::53]/admin", "http://[fd00::53]"),
        ("http://user:geheim@10.0.0.2/", "http://10.0.0.2"),
    ],
)
def test_the_address_before_the_api(url, base):
    assert options(url).base == base


@pytest.mark.parametrize("url", ["", "pi.hole", "ftp://pi.hole", "http://"])
def test_no_address(url):
    with pytest.raises(errors.HomeportError, match="HTTP"):
        _ = options(url).base


def test_dns_is_asked_at_the_same_host_by_default():
    assert options("http://[fd00::53]/admin").dns == "fd00::53"
    assert options("http://pi.hole", dns_address="10.0.0.2").dns == "10.0.0.2"


def test_secrets_are_not_shown():
    text = repr(options("http://pi.hole"))
    assert "geheim" not in text
    assert "123456" not in text

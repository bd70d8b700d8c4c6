"""The CA: what is taken for one, and what is not."""

from __future__ import annotations

import datetime
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.net.trust import cas

from homeport import errors
from homeport.net.trust import authority


def test_its_fingerprint_is_that_of_openssl(tmp_path):
    file = tmp_path / "ca.crt"
    file.write_text(cas.OURS.pem)
    words = ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.strip().partition("=")[2] == cas.OURS.fingerprint


def test_what_stands_around_it_is_left_out():
    """A key above all."""
    key = b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
    found = cas.read(b"# a remark\n" + key + cas.OURS.pem.encode().replace(b"\n", b"\r\n"))
    assert found == cas.OURS
    assert found.pem == cas.OURS.pem


def test_in_binary_form():
    der = cas.OURS.certificate.public_bytes(Encoding.DER)
    assert cas.read(der).fingerprint == cas.OURS.fingerprint


BROKEN = b"-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no certificate"),
        (b"hello", "no certificate"),
        (b"0\x03abc", "broken"),
        (BROKEN, "broken"),
        (cas.pem() + cas.pem(), "2 certificates"),
        (cas.pem(is_ca=False), "not the certificate of a CA"),
        (cas.pem(extended=False), "not the certificate of a CA"),
    ],
)
def test_what_is_none(content, why):
    with pytest.raises(errors.HomeportError, match=why):
        cas.read(content)


@pytest.mark.parametrize(
    ("days", "why"), [(-2, "valid from .* only"), (0, ""), (2, "no longer valid since 2026-12-01")]
)
def test_its_time(days, why):
    now = cas.NOW + datetime.timedelta(days=days)
    if not why:
        return authority.check(cas.OURS, "It", now)
    with pytest.raises(errors.HomeportError, match=why):
        authority.check(cas.OURS, "It", now)
    return None


def test_old_ones_of_others_are_not_looked_into(recwarn):
    """A store has some that a strict reader refuses: a serial number of 0, for one."""
    der = cas.OURS.der.replace(
        cas.OURS.certificate.serial_number.to_bytes(20, "big"), bytes(19) + b"\0"
    )
    assert authority.parsed(der) == [der]
    authority.subject(der)
    assert list(recwarn) == []


def test_whose_it_is():
    name = authority.subject(cas.OURS.der)
    assert isinstance(name, x509.Name)
    assert authority.is_homeports(name)
    assert not authority.is_homeports(authority.subject(cas.FOREIGN.der))
    assert authority.subject(b"0") is None


def test_a_name_has_one_line():
    """Another one could say another fingerprint."""
    assert cas.read(cas.pem("a\nSHA-256 00:00")).name == "a SHA-256 00:00"

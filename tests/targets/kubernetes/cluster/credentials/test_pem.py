"""Certificates reach `ssl` without leaving anything behind."""

import os
import ssl
import tempfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from tests.apiserver.wire import certificates

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.credentials import pem
from homeport.targets.kubernetes.cluster.credentials.presented import Pair

OPEN = Path("/proc/self/fd")
ONE, TWO = certificates.client("one"), certificates.client("two")
LOCKED = ONE.key.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.BestAvailableEncryption(b"word"),
)


def load(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    pem.load(context, Pair(certificate, key), "user 'dev'")


@pytest.fixture(params=["memory", "file"])
def way(request, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if request.param == "file":
        monkeypatch.delattr(os, "memfd_create")
    return request.param


@pytest.mark.usefixtures("way")
def test_nothing_is_left(tmp_path):
    before = len(list(OPEN.iterdir()))
    load(ONE.certificate_pem.rstrip(), ONE.key_pem)
    assert list(tmp_path.iterdir()) == []
    assert len(list(OPEN.iterdir())) == before


def test_only_its_owner_can_read_it_meanwhile(way, tmp_path):
    with pem.readable(b"s3cret") as path:
        assert path.read_bytes() == b"s3cret"
        assert [entry.stat().st_mode & 0o777 for entry in tmp_path.iterdir()] == (
            [0o600] if way == "file" else []
        )
    assert not path.exists()


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("certificate", "key", "what"),
    [
        (ONE.certificate_pem, TWO.key_pem, "do not belong together"),
        (ONE.certificate_pem, LOCKED, "has a passphrase"),
        (ONE.certificate_pem, b"s3cret", "are not PEM"),
        (b"s3cret", ONE.key_pem, "are not PEM"),
    ],
)
def test_pairs_that_are_none(certificate, key, what, tmp_path):
    with pytest.raises(errors.Unconfigured, match=what) as caught:
        load(certificate, key)
    assert "user 'dev'" in caught.value.what
    assert "s3cret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []

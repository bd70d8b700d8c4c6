"""What a node needs to know, and the CA from the cluster."""

from __future__ import annotations

import base64
from pathlib import PurePosixPath

import pytest
from tests.apiserver import kinds
from tests.apiserver.server import Server

from homeport import clock, errors
from homeport.stack import settings
from homeport.targets.kubernetes.cluster import client, kubeconfig
from homeport.targets.kubernetes.nodes import needed
from homeport.targets.kubernetes.nodes.needed import Needed

CHOSEN = settings.Settings()
KEYS = [(443, "r.lan", "https://r.lan"), (8443, "r.lan:8443", "https://r.lan:8443")]


@pytest.mark.parametrize(("port", "key", "url"), KEYS)
def test_its_key_and_url(port, key, url):
    found = Needed("r.lan", "ca", PurePosixPath("/ca"), port=port)
    assert (found.key, found.url) == (key, url)


def test_a_password_is_not_shown():
    assert "secret" not in repr(Needed("r.lan", "ca", PurePosixPath("/ca"), password="secret"))


def secret(server, data):
    server.store.create(kinds.NAMESPACE, {"metadata": {"name": "registry"}})
    found = {"metadata": {"name": "registry-tls", "namespace": "registry"}, "data": data}
    server.store.create(kinds.SECRET, found)


def authority(folder, data):
    with Server() as server:
        if data is not None:
            secret(server, data)
        access = kubeconfig.load(server.kubeconfig(folder / "kubeconfig"), "", {})
        with client.connect(access, clock.SystemClock()) as connected:
            return needed.authority(connected, CHOSEN)


def test_the_ca_of_the_certificate(tmp_path):
    assert authority(tmp_path, {"ca.crt": base64.b64encode(b"PEM").decode()}) == "PEM"


def test_an_issuer_that_names_no_ca(tmp_path):
    """Public ones do not: https://cert-manager.io/docs/configuration/acme/"""
    assert authority(tmp_path, {"tls.crt": ""}) == ""


@pytest.mark.parametrize(
    ("data", "why"), [(None, "no certificate yet"), ({"ca.crt": "?"}, "no PEM")]
)
def test_what_is_wrong_with_it(tmp_path, data, why):
    with pytest.raises(errors.HomeportError, match=why):
        authority(tmp_path, data)
